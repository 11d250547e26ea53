package dev.whence.study;

import dev.whence.data.Column;
import dev.whence.data.DataException;
import dev.whence.data.Dataset;
import dev.whence.data.Datasets;
import dev.whence.graph.ExportRecord;
import dev.whence.graph.Extent;
import dev.whence.graph.Graph;
import dev.whence.graph.GraphInput;
import dev.whence.graph.UnsupportedModelException;
import dev.whence.run.Nearest;
import dev.whence.run.Registry;
import dev.whence.task.Binding;
import dev.whence.task.Loss;
import dev.whence.task.Measurement;
import dev.whence.task.Measurements;
import dev.whence.task.ModelTask;
import dev.whence.task.Task;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Binds model, data and a run file's words into a task, and checks that they fit. */
final class Tasks {
  private Tasks() {
  }

  static Task.Differentiable of(Graph graph, TaskSettings settings, Dataset training) {
    Loss loss = loss(graph, settings);
    Measurement measurement = settings.measurement().equals(TaskSettings.AUTO)
        ? Measurements.standard(loss)
        : measurement(settings, ClassNames.of(training));
    var binding = new Binding(inputs(graph, settings, training), Datasets.LABEL,
        settings.logits().isEmpty() ? Optional.empty() : Optional.of(settings.logits()));
    return new ModelTask(graph, loss, measurement, binding);
  }

  /** As the settings say, the names of classes or outputs among them replaced by their numbers. */
  private static Measurement measurement(TaskSettings settings, ClassNames names) {
    var registry = Registry.of(Measurement.class, "task.measurement");
    var values = new LinkedHashMap<>(settings.measurementSettings());
    for (String key : registry.get(settings.measurement()).numbered()) {
      values.computeIfPresent(key,
          (_, value) -> Integer.toString(names.number(value, "task.measurement-settings." + key)));
    }
    return registry.create(settings.measurement(), values);
  }

  /** What the model was trained on. @throws IllegalArgumentException if nobody says it */
  static Loss loss(Graph graph, TaskSettings settings) {
    String name = settings.loss();
    if (name.equals(TaskSettings.AUTO)) {
      name = graph.notes().flatMap(ExportRecord::loss).orElseThrow(() -> new IllegalArgumentException(
          "task.loss must be named: the model file does not tell what it was trained on; known: "
              + String.join(", ", Registry.of(Loss.class, "loss").names())));
    }
    return Registry.of(Loss.class, "task.loss").get(name);
  }

  /** With one input and one column there is nothing to say. */
  private static Map<String, String> inputs(Graph graph, TaskSettings settings, Dataset data) {
    var inputs = new LinkedHashMap<>(settings.inputs());
    List<String> columns = data.columns().stream().map(Column::name)
        .filter(name -> !name.equals(Datasets.LABEL)).toList();
    if (inputs.isEmpty() && graph.inputs().size() == 1 && columns.size() == 1) {
      inputs.put(graph.inputs().getFirst().name(), columns.getFirst());
    }
    return inputs;
  }

  /**
   * Checks that the data have what the model wants.
   *
   * @param section of the run file, for messages
   * @throws DataException naming file, input and column, both shapes, and the way out
   * @throws UnsupportedModelException if an input has no axis of examples
   * @throws IllegalArgumentException if the run file names an input or a column that is not there
   */
  static void check(Graph graph, TaskSettings settings, Dataset data, String section)
      throws DataException, UnsupportedModelException {
    Map<String, String> inputs = inputs(graph, settings, data);
    List<String> known = graph.inputs().stream().map(GraphInput::name).toList();
    for (String name : settings.inputs().keySet()) {
      if (!known.contains(name)) {
        throw new IllegalArgumentException("task.inputs: the model has no input '" + name + "'; "
            + Nearest.to(name, known).map(near -> "did you mean '" + near + "'?").orElse("known: " + known));
      }
    }
    for (GraphInput input : graph.inputs()) {
      if (input.shape().stream().allMatch(Extent.Fixed.class::isInstance)) {
        throw new UnsupportedModelException(
            "the model's input '" + input.name() + "' is " + input.shape().stream().map(Extent::text).toList()
                + " whatever the number of examples, so " + section + " cannot feed it; " + (isStatic(graph)
                    ? "the file was exported for a fixed number of examples: export it again with tools/export.py, or"
                        + " with dynamic_shapes that name a torch.export.Dim for the examples' axis of each input"
                    : "if it holds no examples, make it a buffer of the module and export again; if it does, name a"
                        + " torch.export.Dim for its axis of examples"));
      }
      String name = inputs.getOrDefault(input.name(), input.name());
      Column column = column(data, name, section,
          "the model's input '" + input.name() + "'; describe it under " + section + ".columns");
      checkType(input, data, column, section);
      checkShape(input, data, column, section);
    }
    TableIndices.check(graph, inputs, data, section);
    if (!section.equals("targets")) {
      column(data, Datasets.LABEL, section, "the labels; describe them under " + section + ".label");
    }
    Labels.check(data, loss(graph, settings), section);
    if (data.size() == 0) {
      throw new IllegalArgumentException(section + " has no examples");
    }
  }

  /** Whether no input has an axis whose size is free. */
  private static boolean isStatic(Graph graph) {
    return graph.inputs().stream().flatMap(input -> input.shape().stream())
        .allMatch(Extent.Fixed.class::isInstance);
  }

  private static Column column(Dataset data, String name, String section, String purpose) {
    return data.columns().stream().filter(column -> column.name().equals(name)).findFirst()
        .orElseThrow(
            () -> new IllegalArgumentException(section + " has no column '" + name + "' for " + purpose
                + "; known: " + data.columns().stream().map(Column::name).toList()));
  }

  private static void checkType(GraphInput input, Dataset data, Column column, String section)
      throws DataException {
    if (column.dtype().isFloating() && !input.dtype().isFloating() && !input.dtype().isComplex()) {
      String wanted = input.dtype().name().toLowerCase(Locale.ROOT);
      throw new DataException(data.place(column.name()),
          "%s.columns.%s holds %s, but the model's input '%s' takes %s; state dtype: %s under %s.columns.%s"
              .formatted(section, column.name(), column.dtype().name().toLowerCase(Locale.ROOT), input.name(),
                  wanted, wanted, section, column.name()));
    }
  }

  private static void checkShape(GraphInput input, Dataset data, Column column, String section)
      throws DataException {
    int rank = input.shape().size();
    int batch = 0;
    while (batch < rank && input.shape().get(batch) instanceof Extent.Fixed) {
      batch++;
    }
    boolean fits = column.shape().size() == rank - 1;
    for (int axis = 0, at = 0; fits && axis < rank; axis++) {
      if (axis != batch) {
        long size = column.shape().get(at++);
        fits = switch (input.shape().get(axis)) {
          case Extent.Fixed(long wanted) -> wanted == size;
          case Extent.Symbolic(String _, long minimum, long maximum) -> size >= minimum && size <= maximum;
          case Extent.Expression _ -> true;
        };
      }
    }
    if (!fits) {
      throw new DataException(data.place(column.name()),
          section + ".columns." + column.name() + " has shape " + column.shape()
              + " for one example, but the model's input '" + input.name() + "' is "
              + input.shape().stream().map(Extent::text).toList() + " for a batch; state the shape under "
              + section
              + ".columns." + column.name() + ".shape");
    }
  }
}
