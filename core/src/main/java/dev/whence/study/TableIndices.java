package dev.whence.study;

import dev.whence.data.DataException;
import dev.whence.data.Dataset;
import dev.whence.graph.Argument;
import dev.whence.graph.Graph;
import dev.whence.graph.Node;
import dev.whence.torch.Scope;
import dev.whence.torch.Tensor;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/**
 * Which inputs of a model pick rows of its tables, as tokens pick rows of an embedding, and whether data keep to them. libtorch
 * finds a row that is not there, too, but after training and without the cell.
 */
final class TableIndices {
  private static final int BATCH = 512;
  /** Operators whose result holds the very numbers they are given, all of them. */
  private static final Set<String> KEEPING = Set.of("aten::to", "aten::_to_copy", "aten::alias",
      "aten::detach",
      "aten::detach_", "aten::view", "aten::reshape", "aten::contiguous", "aten::clone", "aten::unsqueeze",
      "aten::squeeze", "aten::flatten", "aten::unflatten", "aten::transpose", "aten::permute", "aten::expand",
      "aten::lift_fresh_copy");

  /**
   * A table that is picked from.
   *
   * @param name of the parameter or buffer
   * @param rows how many it has
   * @param lowest the lowest number it is picked from by; negative where rows are counted from the end too
   */
  private record Table(String name, long rows, long lowest) {
  }

  private final Graph graph;
  /** Value of the graph → the input whose numbers it holds. */
  private final Map<String, String> origins = new HashMap<>();
  private final Map<String, Table> tables = new LinkedHashMap<>();

  private TableIndices(Graph graph) {
    this.graph = graph;
    graph.inputs().stream().filter(input -> !input.dtype().isFloating() && !input.dtype().isComplex())
        .forEach(input -> origins.put(input.name(), input.name()));
    graph.nodes().forEach(this::follow);
  }

  /**
   * Holds the columns that feed such inputs against the tables.
   *
   * @param columns input → column, where the names differ
   * @param section of the run file, for messages
   * @throws DataException naming the first cell whose number is no row
   */
  static void check(Graph graph, Map<String, String> columns, Dataset data, String section)
      throws DataException {
    for (Map.Entry<String, Table> each : new TableIndices(graph).tables.entrySet()) {
      check(each.getValue(), columns.getOrDefault(each.getKey(), each.getKey()), data, section);
    }
  }

  private void follow(Node node) {
    switch (node.operator()) {
      case "aten::embedding", "aten::embedding_bag" ->
        note(node.arguments().get("indices"), node.arguments().get("weight"), 0, 0);
      case "aten::index_select" -> node.literal("dim").filter(Long.class::isInstance).ifPresent(
          axis -> note(node.arguments().get("index"), node.arguments().get("self"), (Long) axis, 0));
      case "aten::index" -> {
        if (node.arguments().get("indices") instanceof Argument.Sequence(List<Argument> indices)) {
          for (int axis = 0; axis < indices.size(); axis++) {
            note(indices.get(axis), node.arguments().get("self"), axis, 1);
          }
        }
      }
      default -> {
        String origin = KEEPING.contains(node.operator()) ? origin(node.arguments().get("self")) : null;
        if (origin != null && node.outputs().size() == 1) {
          origins.put(node.outputs().getFirst(), origin);
        }
      }
    }
  }

  private @Nullable String origin(@Nullable Argument argument) {
    return argument instanceof Argument.Reference(String name) ? origins.get(name) : null;
  }

  /** An input that picks along an axis of a table, from the end too where {@code below} is 1. */
  private void note(@Nullable Argument index, @Nullable Argument picked, long axis, int below) {
    String origin = origin(index);
    if (origin != null && picked instanceof Argument.Reference(String value)) {
      String parameter = graph.parameters().get(value);
      String name = parameter == null ? graph.buffers().get(value) : parameter;
      Tensor table = parameter == null
          ? graph.state().buffers().get(String.valueOf(name))
          : graph.state().parameters().get(parameter);
      boolean truth = graph.inputs().stream()
          .anyMatch(input -> input.name().equals(origin) && input.dtype().bytes() == 1);
      if (name != null && table != null && !truth && axis >= -table.rank() && axis < table.rank()) {
        long rows = table.size((int) (axis < 0 ? axis + table.rank() : axis));
        tables.merge(origin, new Table(name, rows, -below * rows), (a, b) -> a.rows <= b.rows ? a : b);
      }
    }
  }

  private static void check(Table table, String column, Dataset data, String section) throws DataException {
    for (long first = 0; first < data.size(); first += BATCH) {
      long[] rows = LongStream.range(first, Math.min(data.size(), first + BATCH)).toArray();
      try (var _ = Scope.open()) {
        long[] numbers = data.batch(rows).column(column).toLongs();
        for (int i = 0; i < numbers.length; i++) {
          if (numbers[i] < table.lowest || numbers[i] >= table.rows) {
            int each = numbers.length / rows.length;
            throw outside(table, column, data, section, rows[i / each],
                numbers[i] + (each == 1 ? "" : " at position " + i % each));
          }
        }
      }
    }
  }

  private static DataException outside(Table table, String column, Dataset data, String section, long row,
      String number) {
    return new DataException(data.place(row, column),
        "%s.columns.%s: example '%s' has %s, but the model's table '%s' that it picks from has %d rows, %d..%d; mend the number, or number the values as the model was trained"
            .formatted(section, column, data.id(row), number, table.name, table.rows, table.lowest,
                table.rows - 1));
  }
}
