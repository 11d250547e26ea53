package dev.whence.app;

import dev.whence.run.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** JSON schemas as the tables of {@code docs/json.md}. */
final class SchemaTables {
  private SchemaTables() {
  }

  /** A section a schema of the folder, by name in order. */
  static String of(Path folder) throws IOException {
    List<Path> files;
    try (Stream<Path> found = Files.list(folder)) {
      files = found.sorted().toList();
    }
    var text = new StringBuilder();
    for (Path file : files) {
      Map<String, Object> schema = Json.parse(Files.readString(file));
      String name = file.getFileName().toString();
      text.append("### `whence ").append(name.replace(".schema.json", "")).append("`\n[Schema](json/")
          .append(name)
          .append("): ").append(schema.get("description")).append(".\n\n| field | type | |\n|---|---|---|\n");
      var rows = new LinkedHashMap<String, String>();
      fields("", schema, definitions(schema), rows);
      rows.forEach((path, row) -> text.append("| `").append(path).append("` | ").append(row).append(" |\n"));
      text.append('\n');
    }
    return text.toString();
  }

  private static Map<?, ?> definitions(Map<String, Object> schema) {
    return schema.get("$defs") instanceof Map<?, ?> definitions ? definitions : Map.of();
  }

  private static void fields(String path, Map<?, ?> schema, Map<?, ?> definitions, Map<String, String> rows) {
    if (schema.get("$ref") instanceof String reference) {
      fields(path, map(definitions.get(reference.substring("#/$defs/".length()))), definitions, rows);
    }
    if (schema.get("anyOf") instanceof List<?> choices) {
      choices.forEach(choice -> fields(path, map(choice), definitions, rows));
    }
    if (schema.get("properties") instanceof Map<?, ?> properties
        && schema.get("required") instanceof List<?> required) {
      properties.forEach(
          (name, value) -> field(path + name, map(value), required.contains(name), definitions, rows));
    }
    if (schema.get("additionalProperties") instanceof Map<?, ?> entry) {
      field(path + "NAME", map(entry), true, definitions, rows);
    }
    if (schema.get("items") instanceof Map<?, ?> items) {
      String list = (path.endsWith(".") ? path.substring(0, path.length() - 1) : path) + "[]";
      fields(list + ".", map(items), definitions, rows);
    }
  }

  private static void field(String path, Map<?, ?> schema, boolean required, Map<?, ?> definitions,
      Map<String, String> rows) {
    rows.putIfAbsent(path, type(schema) + (required ? "" : ", may be absent") + " | "
        + cell(String.valueOf(schema.get("description"))));
    fields(path + ".", schema, definitions, rows);
  }

  private static String type(Map<?, ?> schema) {
    String type = switch (schema.get("type")) {
      case String one -> one;
      case List<?> several -> several.stream().map(String::valueOf).collect(Collectors.joining(" or "));
      case null, default -> "any";
    };
    return schema.get("items") instanceof Map<?, ?> items && items.get("type") instanceof String of
        ? type + " of " + of
        : type;
  }

  private static String cell(String text) {
    return text.replace("|", "\\|").replace("<", "&lt;").replace(">", "&gt;");
  }

  private static Map<?, ?> map(@Nullable Object value) {
    if (value instanceof Map<?, ?> map) {
      return map;
    }
    throw new IllegalArgumentException("not a schema: " + value);
  }
}
