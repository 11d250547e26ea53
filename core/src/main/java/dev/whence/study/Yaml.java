package dev.whence.study;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

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
      Map<String, Object> values = mapper().readValue(text,
          new TypeReference<LinkedHashMap<String, Object>>() {
          });
      return values == null ? new LinkedHashMap<>() : values;
    } catch (JacksonException e) {
      var place = e.getLocation();
      throw new IllegalArgumentException(
          file + (place == null ? "" : ", line " + place.getLineNr() + ", column " + place.getColumnNr())
              + ": "
              + e.getOriginalMessage(),
          e);
    }
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
