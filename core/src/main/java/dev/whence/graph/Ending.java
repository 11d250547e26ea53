package dev.whence.graph;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What a graph does last to one of its outputs, behind views, slices and casts that change no number. */
public final class Ending {
  private static final Set<String> CHANGE_NOTHING = Set.of("view", "reshape", "flatten", "unflatten",
      "squeeze",
      "unsqueeze", "select", "slice", "narrow", "transpose", "permute", "t", "movedim", "swapaxes", "expand",
      "contiguous", "clone", "alias", "detach", "to", "_to_copy", "type_as", "dropout");

  private Ending() {
  }

  /** The operator that made the output's numbers, without namespace and overload, such as {@code softmax}; empty if none did. */
  public static Optional<String> of(Graph graph, String output) {
    Map<String, Node> makers = new HashMap<>();
    graph.nodes().forEach(node -> node.outputs().forEach(value -> makers.put(value, node)));
    String value = graph.outputValues().get(output);
    Node maker = value == null ? null : makers.get(value);
    while (maker != null && CHANGE_NOTHING.contains(operator(maker))) {
      maker = maker.reads().isEmpty() ? null : makers.get(maker.reads().getFirst());
    }
    return Optional.ofNullable(maker).map(Ending::operator);
  }

  private static String operator(Node node) {
    return node.operator().substring(node.operator().lastIndexOf(':') + 1);
  }
}
