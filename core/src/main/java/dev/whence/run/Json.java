package dev.whence.run;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.Map;

/**
 * JSON of maps, lists, texts, numbers and booleans; the same values give the same text, members in the order of the
 * map. Safe for any thread.
 */
public final class Json {
  private static final ObjectMapper MAPPER = JsonMapper.builder()
      .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
      .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build();

  private Json() {
  }

  /** One line. @throws IllegalArgumentException if a value has no form in JSON */
  public static String compact(Object value) {
    try {
      return MAPPER.writeValueAsString(value);
    } catch (JsonProcessingException thrown) {
      throw new IllegalArgumentException("cannot be written as JSON: " + thrown.getOriginalMessage(), thrown);
    }
  }

  /** For people: indented, with a newline at the end. @throws IllegalArgumentException as {@link #compact} */
  public static String pretty(Object value) {
    try {
      return MAPPER.writer(SerializationFeature.INDENT_OUTPUT).writeValueAsString(value) + "\n";
    } catch (JsonProcessingException thrown) {
      throw new IllegalArgumentException("cannot be written as JSON: " + thrown.getOriginalMessage(), thrown);
    }
  }

  /** Reads an object; whole numbers come as Integer, Long or BigInteger. @throws IllegalArgumentException if it is none */
  public static Map<String, Object> parse(String text) {
    try {
      Map<String, Object> read = MAPPER.readValue(text, new TypeReference<Map<String, Object>>() {
      });
      if (read == null) {
        throw new IllegalArgumentException("not a JSON object: null");
      }
      return read;
    } catch (JsonProcessingException thrown) {
      throw new IllegalArgumentException("not a JSON object: " + thrown.getOriginalMessage(), thrown);
    }
  }
}
