package dev.whence.gradient;

import dev.whence.gradient.factor.Blocks;
import dev.whence.graph.Node;
import dev.whence.torch.DType;
import dev.whence.torch.Operator;
import dev.whence.torch.Tensor;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One call of an operator as a tap saw it: arguments by the names the operator declares.
 *
 * @param node the call's node
 * @param arguments in the operator's order
 * @param examples how many examples the run holds, b
 */
record Call(Node node, List<@Nullable Object> arguments, int examples) {
  Call {
    arguments = Collections.unmodifiableList(arguments);
  }

  /** The call as a tap sees it, with handles of its own on the tensors, cut off from history. */
  static Call own(Node node, List<@Nullable Object> arguments, int examples) {
    @Nullable
    Object[] own = new Object[arguments.size()];
    for (int i = 0; i < own.length; i++) {
      own[i] = arguments.get(i) instanceof Tensor tensor ? tensor.detach() : arguments.get(i);
    }
    return new Call(node, Arrays.asList(own), examples);
  }

  /** The same call with the named input repeated for every example along a new first axis. */
  Call repeated(String input) {
    @Nullable
    Object[] others = arguments.toArray();
    int position = Operator.of(node.target()).position(input).orElseThrow();
    Tensor one = tensor(input);
    long[] shape = Blocks.shape(examples, Arrays.stream(one.shape()).boxed().toList());
    others[position] = Tensor.call("aten::expand", one, shape);
    return new Call(node, Arrays.asList(others), examples);
  }

  /** The tensors among the arguments. */
  List<Tensor> tensors() {
    return arguments.stream().filter(Tensor.class::isInstance).map(Tensor.class::cast).toList();
  }

  /** The named argument; empty where it is absent, none or left to its default. */
  Optional<Object> value(String name) {
    return Operator.of(node.target()).position(name)
        .filter(i -> i < arguments.size())
        .map(arguments::get)
        .filter(value -> !value.equals(Operator.DEFAULT));
  }

  /** The named tensor, in at least single precision. */
  Tensor tensor(String name) {
    if (value(name).orElse(null) instanceof Tensor tensor) {
      return widened(tensor);
    }
    throw new IllegalStateException(
        "node " + node.name() + " (" + node.target() + ") has no tensor '" + name + "'");
  }

  /** Half-precision numbers in single precision, all others as they are. */
  static Tensor widened(Tensor tensor) {
    DType dtype = tensor.dtype();
    return dtype.isFloating() && dtype.bytes() < 4 ? tensor.to(DType.FLOAT32) : tensor;
  }

  /** The named number, or the given one. */
  double number(String name, double otherwise) {
    return value(name).orElse(otherwise) instanceof Number number ? number.doubleValue() : otherwise;
  }

  /** The named list of ints, one number standing for all; ones filled up to the length from the left. */
  List<Long> longs(String name, int length, long otherwise) {
    List<Long> given = switch (value(name).orElse(otherwise)) {
      case List<?> list -> list.stream().map(item -> ((Number) item).longValue()).toList();
      case long[] array -> Arrays.stream(array).boxed().toList();
      case Number number -> List.of(number.longValue());
      case Object other ->
        throw new IllegalStateException("node " + node.name() + ": " + name + " is " + other);
    };
    return given.size() == 1 ? Collections.nCopies(length, given.getFirst()) : given;
  }
}
