package dev.whence.training.initial;

import dev.whence.graph.CorruptModelException;
import dev.whence.graph.Graph;
import dev.whence.run.Json;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The initial distributions that the exporter noted in a model file, by parameter or buffer name. */
final class InitialRecord {
  private final Map<String, InitialNumbers> known = new LinkedHashMap<>();
  private final Map<String, String> unknown = new LinkedHashMap<>();

  InitialRecord(Graph graph) {
    graph.notes().map(notes -> Json.parse(notes.text()).get("initial")).ifPresent(initial -> {
      read(initial, "parameters");
      read(initial, "buffers");
    });
  }

  private void read(Object initial, String kind) {
    if (initial instanceof Map<?, ?> record && record.get(kind) instanceof Map<?, ?> named) {
      named.forEach((name, found) -> {
        if (name instanceof String text && found instanceof Map<?, ?> values) {
          try {
            read(text, values);
          } catch (IllegalArgumentException e) {
            throw new UncheckedIOException(new CorruptModelException("the model file's record of how '" + text
                + "' begins: " + e.getMessage() + "; export the model again with tools/export.py", e));
          }
        }
      });
    }
  }

  private void read(String name, Map<?, ?> values) {
    String kind = String.valueOf(values.get("kind"));
    Optional<Distribution> distribution = switch (kind) {
      case "constant" -> Optional.of(new Distribution.Constant(number(values, "value")));
      case "uniform" ->
        Optional.of(new Distribution.Uniform(number(values, "low"), number(values, "high")));
      case "normal" ->
        Optional.of(new Distribution.Normal(number(values, "mean"), number(values, "std")));
      case "truncated_normal" -> Optional.of(new Distribution.TruncatedNormal(number(values, "mean"),
          number(values, "std"), number(values, "low"), number(values, "high")));
      case "orthogonal" -> Optional.of(new Distribution.Orthogonal(number(values, "gain")));
      case "file" -> Optional.of(new Distribution.FromFile());
      default -> Optional.empty();
    };
    distribution.ifPresentOrElse(
        found -> known.put(name, new InitialNumbers(found, zeroRows(values), InitialNumbers.RECORD)),
        () -> unknown.put(name,
            values.get("reason") instanceof String reason ? reason : "kind '" + kind + "'"));
  }

  private static double number(Map<?, ?> values, String key) {
    if (values.get(key) instanceof Number number) {
      return number.doubleValue();
    }
    if (values.get(key) instanceof Boolean flag) {
      return flag ? 1 : 0;
    }
    throw new IllegalArgumentException("it lacks the number '" + key + "'");
  }

  private static List<Long> zeroRows(Map<?, ?> values) {
    var rows = new ArrayList<Long>();
    if (values.get("zero_rows") instanceof List<?> list) {
      list.forEach(item -> {
        if (item instanceof Number row) {
          rows.add(row.longValue());
        }
      });
    }
    return rows;
  }

  Optional<InitialNumbers> of(String name) {
    return Optional.ofNullable(known.get(name));
  }

  /** Why the exporter could not tell, or empty. */
  Optional<String> whyUnknown(String name) {
    return Optional.ofNullable(unknown.get(name));
  }
}
