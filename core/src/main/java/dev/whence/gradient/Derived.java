package dev.whence.gradient;

import dev.whence.gradient.ParameterView.Form;
import dev.whence.graph.Argument;
import dev.whence.graph.Graph;
import dev.whence.graph.GraphDetails;
import dev.whence.graph.ModelState;
import dev.whence.graph.Node;
import dev.whence.graph.execution.Execution;
import dev.whence.torch.Scope;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Values that are computed from parameters and buffers alone. What an operator with examples does with such a value it
 * does with a parameter of that shape, so its gradient follows by the same rules; the way back to the parameter is then
 * differentiated for each example, without the rest of the model.
 */
final class Derived {
  private final Graph graph;
  private final Set<String> free = new HashSet<>();
  private final Map<String, Node> makers = new HashMap<>();
  private final Map<String, Execution> parts = new HashMap<>();

  Derived(Graph graph) {
    this.graph = graph;
    free.addAll(graph.parameters().keySet());
    free.addAll(graph.buffers().keySet());
    for (Node node : graph.nodes()) {
      node.outputs().forEach(value -> makers.put(value, node));
      if (isFree(node)) {
        free.addAll(node.outputs());
      }
    }
  }

  /** Whether the node computes from parameters and buffers alone, and writes into none. */
  boolean isFree(Node node) {
    return free.containsAll(node.reads()) && node.target().startsWith("aten::")
        && !node.operator().endsWith("_")
        && node.arguments().values().stream().noneMatch(Argument.SubGraph.class::isInstance);
  }

  /** Where what these uses of one parameter compute before any example meets the examples. */
  List<Use> beyond(String parameter, List<Use> uses, ModelState state) {
    var reached = new HashMap<String, String>();
    uses.stream().map(Use::node).filter(this::isFree).forEach(node -> node.outputs()
        .forEach(value -> reached.put(value, node.operator())));
    var found = new ArrayList<Use>();
    if (reached.isEmpty()) {
      return found;
    }
    for (Node node : graph.nodes()) {
      node.arguments().forEach((argument, given) -> {
        for (String value : given.reads()) {
          String first = reached.get(value);
          if (first != null && isFree(node)) {
            node.outputs().forEach(made -> reached.putIfAbsent(made, first));
          } else if (first != null) {
            var derivation = new Derivation(parameter, value, first, part(value));
            found.add(new Use(view(derivation, state), node, argument, derivation));
          }
        }
      });
    }
    return found;
  }

  private static ParameterView view(Derivation derivation, ModelState state) {
    try (var _ = Scope.open()) {
      long[] shape = derivation.record(state).value().shape();
      return new ParameterView(derivation.parameter(), Arrays.stream(shape).boxed().toList(), Form.SAME);
    }
  }

  private Execution part(String value) {
    return parts.computeIfAbsent(value, this::cut);
  }

  /** The calls the value needs, with those that set modes for the calls between them. */
  private Execution cut(String value) {
    var needed = new HashSet<>(Set.of(value));
    var nodes = new ArrayList<Node>();
    for (Node node : graph.nodes().reversed()) {
      boolean setsMode = node.outputs().isEmpty() && node.target().startsWith("whence::");
      if (setsMode || node.outputs().stream().anyMatch(needed::contains)) {
        nodes.addFirst(node);
        needed.addAll(node.reads());
      }
    }
    for (int i = 0; i < nodes.size(); i++) {
      Node node = nodes.get(i);
      nodes.set(i,
          new Node(i, node.name(), node.target(), node.module(), node.arguments(), node.outputs()));
    }
    var details = new GraphDetails(Map.of(), Map.of(), Map.of(), null, null, graph.details().limits());
    return Execution.of(new Graph(List.of(), Map.of(value, value), nodes, graph.parameters(), graph.buffers(),
        graph.state(), details));
  }
}
