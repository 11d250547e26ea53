package dev.whence.graph.rewrite;

import dev.whence.graph.Argument;
import dev.whence.graph.Node;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Writes calls that stand for one node, in its module; each call returns the name of its value. */
final class CallWriter {
  private final Node node;
  private final List<Node> nodes;
  private int written;

  /** Appends to the nodes. */
  CallWriter(Node node, List<Node> nodes) {
    this.node = node;
    this.nodes = nodes;
  }

  String call(String target, String self) {
    return call(target, Map.of("self", new Argument.Reference(self)));
  }

  String add(String self, String other) {
    return binary("aten::add.Tensor", self, other);
  }

  String subtract(String self, String other) {
    return binary("aten::sub.Tensor", self, other);
  }

  String multiply(String self, String other) {
    return binary("aten::mul.Tensor", self, other);
  }

  private String binary(String target, String self, String other) {
    return call(target, Map.of("self", new Argument.Reference(self), "other", new Argument.Reference(other)));
  }

  String linear(String input, String weight, @Nullable String bias) {
    var arguments = new LinkedHashMap<String, Argument>();
    arguments.put("input", new Argument.Reference(input));
    arguments.put("weight", new Argument.Reference(weight));
    if (bias != null) {
      arguments.put("bias", new Argument.Reference(bias));
    }
    return call("aten::linear", arguments);
  }

  String select(String self, long axis, long index) {
    return call("aten::select.int",
        Map.of("self", new Argument.Reference(self), "dim", new Argument.Literal(axis),
            "index", new Argument.Literal(index)));
  }

  /** Equal parts of the last axis. */
  List<String> chunks(String self, int count) {
    return several("aten::chunk", Map.of("self", new Argument.Reference(self), "chunks",
        new Argument.Literal((long) count), "dim", new Argument.Literal(-1L)), count);
  }

  /** All entries of an axis: taken one by one, each would have a gradient of the whole's size. */
  List<String> entries(String self, long axis, int count) {
    return several("aten::unbind.int",
        Map.of("self", new Argument.Reference(self), "dim", new Argument.Literal(axis)), count);
  }

  private List<String> several(String target, Map<String, Argument> arguments, int count) {
    List<String> parts = IntStream.range(0, count).mapToObj(_ -> fresh()).toList();
    append(target, arguments, parts);
    return parts;
  }

  /** {@code aten::stack} or {@code aten::cat}. */
  String join(String target, List<String> values, long axis) {
    List<Argument> items = values.stream().<Argument>map(Argument.Reference::new).toList();
    return call(target, Map.of("tensors", new Argument.Sequence(items), "dim", new Argument.Literal(axis)));
  }

  /** Gives a value the name of one of the node's outputs, where it has that many. */
  void output(int output, String value) {
    if (output < node.outputs().size()) {
      append("aten::alias", Map.of("self", new Argument.Reference(value)),
          List.of(node.outputs().get(output)));
    }
  }

  private String call(String target, Map<String, Argument> arguments) {
    String value = fresh();
    append(target, arguments, List.of(value));
    return value;
  }

  /** No name in a model file is like this. */
  private String fresh() {
    return node.name() + "#" + written++;
  }

  private void append(String target, Map<String, Argument> arguments, List<String> outputs) {
    nodes.add(new Node(nodes.size(), outputs.getFirst(), target, node.module(), arguments, outputs));
  }
}
