package dev.whence.graph;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

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
    arguments = Collections.unmodifiableMap(new LinkedHashMap<>(arguments));
    outputs = List.copyOf(outputs);
  }

  /** The target without its overload, such as {@code aten::add}. */
  public String operator() {
    int dot = target.indexOf('.');
    return dot < 0 ? target : target.substring(0, dot);
  }

  /** The literal given for an argument; empty where it is absent, none, or no literal. */
  public Optional<Object> literal(String argument) {
    return arguments.get(argument) instanceof Argument.Literal(Object value)
        ? Optional.ofNullable(value)
        : Optional.empty();
  }

  /** Names of the values the call reads, in order of its arguments; a value read twice stands twice. */
  public List<String> reads() {
    return arguments.values().stream().flatMap(argument -> argument.reads().stream()).toList();
  }

  /** For messages: name, operator and module. */
  public String describe() {
    return "node '" + name + "' (" + target + (module.isEmpty() ? ")" : " in module " + module + ")");
  }
}
