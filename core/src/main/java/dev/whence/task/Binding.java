package dev.whence.task;

import dev.whence.data.Datasets;
import dev.whence.graph.ExportRecord;
import dev.whence.graph.Graph;
import dev.whence.graph.GraphInput;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Which data columns a model's inputs and labels are, and which of its outputs holds the logits.
 *
 * @param inputs model input → column; an input not named here is the column of its own name
 * @param label the column that holds the labels
 * @param logits the output that holds the logits; absent: the one noted in the model file, else the only one, else the one
 *     called {@code logits}
 */
public record Binding(Map<String, String> inputs, String label, Optional<String> logits) {
  /** Copies. */
  public Binding {
    inputs = Collections.unmodifiableMap(new LinkedHashMap<>(inputs));
  }

  /** Every input is the column of its own name, labels are in {@link Datasets#LABEL}. */
  public Binding() {
    this(Map.of(), Datasets.LABEL, Optional.empty());
  }

  /** The column that feeds the input. */
  String column(GraphInput input) {
    return inputs.getOrDefault(input.name(), input.name());
  }

  /** The output that holds the logits. @throws IllegalArgumentException if that cannot be told */
  String logitsOf(Graph graph) {
    List<String> outputs = graph.outputs();
    if (logits.isPresent()) {
      if (!outputs.contains(logits.get())) {
        throw new IllegalArgumentException(
            "the model has no output '" + logits.get() + "'; known: " + outputs);
      }
      return logits.get();
    }
    Optional<String> noted = graph.notes().flatMap(ExportRecord::logits).filter(outputs::contains);
    if (noted.isPresent()) {
      return noted.get();
    }
    if (outputs.size() == 1) {
      return outputs.getFirst();
    }
    if (outputs.contains("logits")) {
      return "logits";
    }
    throw new IllegalArgumentException(
        "the model has several outputs " + outputs
            + " and none is called 'logits'; say which holds the logits, such as task.logits="
            + outputs.getFirst()
            + " (logits under task in a run file, --set task.logits=" + outputs.getFirst()
            + ", or --logits when it is exported)");
  }
}
