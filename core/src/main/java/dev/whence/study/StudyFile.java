package dev.whence.study;

import dev.whence.run.Nearest;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A run file before anybody knows what it means: which kind of study it asks for, and its keys, of which each is one of the
 * kind's.
 *
 * @param path where it lies; relative paths in it start from its folder
 * @param kind what it asks
 * @param values its keys but {@value StudyKind#ASKS}, as maps, lists and texts, in order
 */
public record StudyFile(Path path, StudyKind kind, Map<String, Object> values) {
  /** Copies, keeping the order. @throws IllegalArgumentException naming a key that the kind does not know */
  public StudyFile {
    values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
    values.keySet().forEach(key -> requireKnown(key, kind));
  }

  /**
   * Reads a YAML file.
   *
   * @throws IOException if it cannot be read
   * @throws IllegalArgumentException naming file and key, if it asks for no known kind or has a key that the kind does not know
   */
  public static StudyFile read(Path path) throws IOException {
    Map<String, Object> values = Yaml.read(path);
    try {
      StudyKind kind = StudyKind.of(values);
      values.remove(StudyKind.ASKS);
      return new StudyFile(path, kind, values);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(path + ": " + e.getMessage(), e);
    }
  }

  static void requireKnown(String key, StudyKind kind) {
    if (!kind.keys().contains(key)) {
      throw new IllegalArgumentException("unknown key '" + key + "'"
          + Nearest.to(key, kind.keys()).map(near -> "; did you mean '" + near + "'?")
              .orElse("; known: " + String.join(", ", kind.keys())));
    }
  }
}
