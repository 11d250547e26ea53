package dev.whence.training.initial;

import dev.whence.graph.Argument;
import dev.whence.graph.Graph;
import dev.whence.graph.Node;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** How running statistics begin, told from the norm operators that read them and from the name of the count. */
final class BufferDefaults {
  private final Map<String, Double> values = new HashMap<>();

  BufferDefaults(Graph graph) {
    for (Node node : graph.nodes()) {
      note(graph, node, "running_mean", 0);
      note(graph, node, "running_var", 1);
    }
    graph.state().buffers().keySet().stream().filter(name -> name.endsWith("num_batches_tracked"))
        .forEach(name -> values.put(name, 0.0));
  }

  private void note(Graph graph, Node node, String argument, double value) {
    if (node.arguments().get(argument) instanceof Argument.Reference reference) {
      String name = graph.buffers().get(reference.name());
      if (name != null) {
        values.put(name, value);
      }
    }
  }

  Optional<InitialNumbers> of(String buffer) {
    return Optional.ofNullable(values.get(buffer))
        .map(
            value -> new InitialNumbers(new Distribution.Constant(value), List.of(), InitialNumbers.DEFAULT));
  }
}
