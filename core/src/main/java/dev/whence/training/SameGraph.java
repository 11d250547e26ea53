package dev.whence.training;

import dev.whence.graph.Argument;
import dev.whence.graph.Graph;
import dev.whence.graph.Node;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Compares what two graphs compute, their numbers apart. */
final class SameGraph {
  private SameGraph() {
  }

  /** The first call in which they differ, in words; empty if there is none. */
  static Optional<String> difference(Graph wanted, Graph found) {
    List<Node> here = wanted.nodes();
    List<Node> there = found.nodes();
    for (int i = 0; i < Math.min(here.size(), there.size()); i++) {
      String one = text(wanted, here.get(i));
      String other = text(found, there.get(i));
      if (!one.equals(other)) {
        return Optional.of("node '%s' is %s there, %s in the model".formatted(there.get(i).name(),
            brief(other), brief(one)));
      }
    }
    if (here.size() != there.size()) {
      return Optional.of("it has %d operator calls, the model %d".formatted(there.size(), here.size()));
    }
    return wanted.outputValues().equals(found.outputValues())
        ? Optional.empty()
        : Optional
            .of("its outputs are " + found.outputValues() + ", the model's " + wanted.outputValues());
  }

  private static String brief(String text) {
    return text.length() <= 200 ? text : text.substring(0, 199) + "…";
  }

  private static String text(Graph graph, Node node) {
    var arguments = new TreeMap<String, String>();
    node.arguments().forEach((name, argument) -> arguments.put(name, text(graph, argument)));
    return node.target() + arguments;
  }

  /** Parameters and buffers by their names in the model, which decide what a state's numbers are used for. */
  private static String text(Graph graph, Argument argument) {
    return switch (argument) {
      case Argument.Reference reference -> graph.parameter(reference.name())
          .or(() -> Optional.ofNullable(graph.buffers().get(reference.name()))).orElse(reference.name());
      case Argument.Literal literal -> String.valueOf(literal.value());
      case Argument.Sequence sequence -> sequence.items().stream().map(item -> text(graph, item))
          .collect(Collectors.joining(", ", "[", "]"));
      case Argument.SubGraph inner -> inner.graph().nodes().stream().map(node -> text(inner.graph(), node))
          .collect(Collectors.joining("; ", "{", "}")) + Map.copyOf(inner.graph().outputValues());
    };
  }
}
