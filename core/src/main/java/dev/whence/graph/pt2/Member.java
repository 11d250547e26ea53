package dev.whence.graph.pt2;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.whence.graph.CorruptModelException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A JSON value that knows where it stands, so that whatever is missing or of another kind is named.
 *
 * @param node the value
 * @param path where it stands, such as {@code model.json: nodes[3].target}
 */
record Member(JsonNode node, String path) {
  private static final ObjectMapper MAPPER = new ObjectMapper(JsonFactory.builder()
      .streamReadConstraints(StreamReadConstraints.builder().maxNestingDepth(200).maxNumberLength(100)
          .maxNameLength(10_000).maxStringLength(20_000_000).build())
      .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build());

  static Member parse(byte[] text, String name) throws IOException {
    try {
      JsonNode root = MAPPER.readTree(text);
      if (root == null || root.isMissingNode()) {
        throw new CorruptModelException(name + " is empty");
      }
      return new Member(root, name);
    } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
      throw new CorruptModelException(name + " is no sound JSON: " + firstLine(e.getOriginalMessage()), e);
    }
  }

  private static String firstLine(String message) {
    int end = message.indexOf('\n');
    return end < 0 ? message : message.substring(0, end);
  }

  Member at(String field) throws IOException {
    JsonNode found = node.get(field);
    if (found == null || found.isNull()) {
      throw new CorruptModelException(path + " has no '" + field + "'");
    }
    return new Member(found, path + "." + field);
  }

  Optional<Member> find(String field) throws IOException {
    if (!node.isObject()) {
      throw wrong("an object");
    }
    JsonNode found = node.get(field);
    return found == null || found.isNull()
        ? Optional.empty()
        : Optional.of(new Member(found, path + "." + field));
  }

  String text() throws IOException {
    if (!node.isTextual()) {
      throw wrong("a text");
    }
    return node.textValue();
  }

  long integer() throws IOException {
    if (!node.isIntegralNumber() || !node.canConvertToLong()) {
      throw wrong("a whole number");
    }
    return node.longValue();
  }

  /** A number; infinite ones and NaN are written as text. */
  double number() throws IOException {
    if (node.isNumber()) {
      return node.doubleValue();
    }
    return switch (node.isTextual() ? node.textValue() : "") {
      case "Infinity" -> Double.POSITIVE_INFINITY;
      case "-Infinity" -> Double.NEGATIVE_INFINITY;
      case "NaN" -> Double.NaN;
      default -> throw wrong("a number");
    };
  }

  boolean flag() throws IOException {
    if (!node.isBoolean()) {
      throw wrong("true or false");
    }
    return node.booleanValue();
  }

  List<Member> items() throws IOException {
    if (!node.isArray()) {
      throw wrong("a list");
    }
    var items = new ArrayList<Member>(node.size());
    for (int i = 0; i < node.size(); i++) {
      items.add(new Member(node.get(i), path + "[" + i + "]"));
    }
    return items;
  }

  List<Map.Entry<String, Member>> fields() throws IOException {
    if (!node.isObject()) {
      throw wrong("an object");
    }
    var fields = new ArrayList<Map.Entry<String, Member>>();
    node.properties().forEach(property -> fields
        .add(Map.entry(property.getKey(), new Member(property.getValue(), path + "." + property.getKey()))));
    return fields;
  }

  /** The only field of a tagged union, such as {@code {"as_int": 3}}. */
  Map.Entry<String, Member> tagged() throws IOException {
    List<Map.Entry<String, Member>> fields = fields();
    if (fields.size() != 1) {
      throw wrong("an object of one field");
    }
    return fields.getFirst();
  }

  CorruptModelException wrong(String wanted) {
    String shown = node.toString();
    return new CorruptModelException(path + " must be " + wanted + ", got "
        + (shown.length() > 80 ? shown.substring(0, 80) + "…" : shown));
  }
}
