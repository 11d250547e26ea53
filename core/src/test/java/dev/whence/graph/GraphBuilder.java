package dev.whence.graph;

import dev.whence.torch.DType;
import dev.whence.torch.Operator;
import dev.whence.torch.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Writes small graphs by hand; values are named by what makes them, texts that name a value stand for it. */
public final class GraphBuilder {
  private final List<GraphInput> inputs = new ArrayList<>();
  private final Map<String, String> outputs = new LinkedHashMap<>();
  private final List<Node> nodes = new ArrayList<>();
  private final Map<String, String> parameters = new LinkedHashMap<>();
  private final Map<String, String> buffers = new LinkedHashMap<>();
  private final Map<String, Tensor> parameterTensors = new LinkedHashMap<>();
  private final Map<String, Tensor> bufferTensors = new LinkedHashMap<>();
  private final Map<String, String> modules = new LinkedHashMap<>();
  private Limits limits = new Limits();

  /** An input of shape [batch, width]. */
  public GraphBuilder input(String name, long width) {
    inputs.add(new GraphInput(name, DType.FLOAT32,
        List.of(new Extent.Symbolic("s0", 1, 64), new Extent.Fixed(width))));
    return this;
  }

  public GraphBuilder parameter(String name, Tensor value) {
    parameters.put(name, name);
    parameterTensors.put(name, value);
    return this;
  }

  public GraphBuilder buffer(String name, Tensor value) {
    buffers.put(name, name);
    bufferTensors.put(name, value);
    return this;
  }

  public GraphBuilder limit(long runBytes) {
    limits = limits.withRunBytes(runBytes);
    return this;
  }

  public GraphBuilder module(String path, String type) {
    modules.put(path, type);
    return this;
  }

  /** A call with leading arguments; results are named by the value, several parted by blanks. */
  public GraphBuilder call(String value, String target, @Nullable Object... arguments) {
    var named = new LinkedHashMap<String, Argument>();
    for (int i = 0; i < arguments.length; i++) {
      String name = target.startsWith("aten::")
          ? Operator.of(target).parameters().get(i).name()
          : Integer.toString(i);
      named.put(name, argument(arguments[i]));
    }
    List<String> results = value.isEmpty() ? List.of() : List.of(value.split(" "));
    String module = modules.isEmpty()
        ? ""
        : modules.keySet().stream().reduce((_, last) -> last).orElseThrow();
    nodes.add(new Node(nodes.size(), results.isEmpty() ? "node_" + nodes.size() : results.getFirst(), target,
        module,
        named, results));
    return this;
  }

  private Argument argument(@Nullable Object value) {
    return switch (value) {
      case String name when known(name) -> new Argument.Reference(name);
      case Integer number -> new Argument.Literal((long) number);
      case Argument made -> made;
      case List<?> list when list.stream().anyMatch(item -> item instanceof String) ->
        new Argument.Sequence(list.stream().map(this::argument).toList());
      case null, default -> new Argument.Literal(value);
    };
  }

  private boolean known(String name) {
    return parameters.containsKey(name) || buffers.containsKey(name)
        || inputs.stream().anyMatch(input -> input.name().equals(name))
        || nodes.stream().anyMatch(node -> node.outputs().contains(name));
  }

  public Graph returning(String... values) {
    for (String value : values) {
      outputs.put(value, value);
    }
    var details = new GraphDetails(Map.of(), Map.of(), modules, null, null, limits);
    return new Graph(inputs, outputs, nodes, parameters, buffers,
        new ModelState(parameterTensors, bufferTensors), details);
  }
}
