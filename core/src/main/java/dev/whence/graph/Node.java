package dev.whence.graph;

import java.util.List;
import java.util.Map;

/**
 * One operator call of a graph.
 *
 * @param index position in the graph's order of execution
 * @param name the node's own name, unique in its graph
 * @param target the operator with overload, such as {@code aten::linear} or {@code aten::add.Tensor}
 * @param module path of the module whose code made the call, such as {@code layer4.0.conv2}; empty at the root
 * @param arguments by parameter name as the operator declares them; absent ones take the operator's defaults
 * @param outputs names of the values the call returns, in order; empty for none
 */
public record Node(int index, String name, String target, String module, Map<String, Argument> arguments,
    List<String> outputs) {
  /** Copies, keeping the arguments' order. */
  public Node {
    arguments = java.util.Collections.unmodifiableMap(new java.util.LinkedHashMap<>(arguments));
    outputs = List.copyOf(outputs);
  }
}
