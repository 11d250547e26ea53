package dev.whence.study;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLParser;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** YAML as maps, lists, texts and numbers. */
final class Yaml {
  private static final long LARGEST = 1 << 20;

  private Yaml() {
  }

  private static YAMLMapper mapper() {
    return YAMLMapper.builder(YAMLFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
        .disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER).enable(YAMLGenerator.Feature.MINIMIZE_QUOTES)
        .build())
        .build();
  }

  /** @throws IllegalArgumentException with the line and column if it is no map in YAML */
  static Map<String, Object> read(Path file) throws IOException {
    if (Files.size(file) > LARGEST) {
      throw new IllegalArgumentException(
          file + " has " + Files.size(file) + " bytes; a run file has at most " + LARGEST);
    }
    return parse(Files.readString(file), file);
  }

  static Map<String, Object> parse(String text, Path file) {
    try {
      if (isEmpty(text, file)) {
        return new LinkedHashMap<>();
      }
      if (mapper().readValue(text, Object.class) instanceof Map<?, ?> found) {
        var values = new LinkedHashMap<String, Object>();
        found.forEach((key, value) -> values.put(String.valueOf(key), value));
        return values;
      }
      throw new IllegalArgumentException(
          file + " is no run file: it must be a map of keys, such as model: NAME.pt2");
    } catch (JacksonException e) {
      throw wrong(file, e.getLocation(), problem(e.getOriginalMessage()), e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Whether there is nothing to read. An alias would be read as the text of its name, so it is refused. */
  private static boolean isEmpty(String text, Path file) throws IOException {
    try (YAMLParser parser = mapper().getFactory().createParser(text)) {
      boolean empty = true;
      while (parser.nextToken() != null) {
        empty = false;
        if (parser.isCurrentAlias() || "<<".equals(parser.currentName())) {
          throw wrong(file, parser.currentTokenLocation(),
              "aliases and merges (*name, <<) are not read; write the value out", null);
        }
      }
      return empty;
    }
  }

  private static IllegalArgumentException wrong(Path file, @Nullable JsonLocation place, String problem,
      @Nullable Throwable cause) {
    return new IllegalArgumentException(
        file + (place == null ? "" : ", line " + place.getLineNr() + ", column " + place.getColumnNr()) + ": "
            + problem,
        cause);
  }

  /** What is wrong, out of the many lines in which the YAML reader draws the place. */
  private static String problem(String message) {
    List<String> lines = message.lines().map(String::strip).toList();
    return lines.stream().filter(line -> line.startsWith("expected") || line.startsWith("found")).findFirst()
        .orElse(lines.getFirst());
  }

  static String write(Map<String, ?> values) {
    try {
      return mapper().writeValueAsString(values);
    } catch (JacksonException e) {
      throw new IllegalArgumentException("cannot be written as YAML: " + e.getOriginalMessage(), e);
    }
  }

  /** Sets a value deep in nested maps. @throws IllegalArgumentException if a part of the key is no map */
  static void put(Map<String, Object> values, String dottedKey, Object value) {
    String[] parts = dottedKey.split("\\.", -1);
    Map<String, Object> at = values;
    for (String part : Arrays.copyOf(parts, parts.length - 1)) {
      Object inner = at.computeIfAbsent(part, _ -> new LinkedHashMap<String, Object>());
      if (!(inner instanceof Map<?, ?> found)) {
        throw new IllegalArgumentException(
            "cannot set " + dottedKey + ": " + part + " is '" + inner + "', not a map");
      }
      var copy = new LinkedHashMap<String, Object>();
      found.forEach((key, item) -> copy.put(String.valueOf(key), item));
      at.put(part, copy);
      at = copy;
    }
    at.put(parts[parts.length - 1], value);
  }
}
