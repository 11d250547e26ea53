package dev.whence.gradient.factor;

import dev.whence.torch.Tensor;
import java.util.Optional;

/**
 * Where the examples lie in a tensor of a run.
 *
 * @param axis the axis that grows with the number of examples
 * @param order whether that axis counts examples alone, or merged with another axis
 */
public record Layout(int axis, Order order) {
  /** What the axis counts. */
  public enum Order {
    /** Examples alone. */
    ALONE,
    /** Examples outermost, each followed by its steps: [b·t]. */
    OUTER,
    /** Steps outermost, each followed by all examples: [t·b]. */
    INNER
  }

  /** The first axis counts examples alone. */
  public static final Layout FIRST = new Layout(0, Order.ALONE);

  /**
   * Where the examples lie, from a value's shapes in runs of two sizes; merged examples are taken to be outermost, which
   * remains to be verified. Empty if no axis or more than one grows with them.
   */
  public static Optional<Layout> of(long[] few, int b, long[] more, int c) {
    if (few.length != more.length) {
      return Optional.empty();
    }
    int grown = -1;
    for (int axis = 0; axis < few.length; axis++) {
      if (few[axis] != more[axis]) {
        if (grown >= 0 || few[axis] % b != 0 || few[axis] / b * c != more[axis]) {
          return Optional.empty();
        }
        grown = axis;
      }
    }
    return grown < 0
        ? Optional.empty()
        : Optional.of(new Layout(grown, few[grown] == b ? Order.ALONE : Order.OUTER));
  }

  /** Whether the order of merged axes is a guess. */
  public boolean isMerged() {
    return order != Order.ALONE;
  }

  /** The same with the other order of merged axes. */
  public Layout reordered() {
    return switch (order) {
      case ALONE -> this;
      case OUTER -> new Layout(axis, Order.INNER);
      case INNER -> new Layout(axis, Order.OUTER);
    };
  }

  /** The examples' axis first; steps merged with it come second: {@code [b, …]} or {@code [b, t, …]}. */
  public Tensor toFront(Tensor tensor, int examples) {
    if (order == Order.ALONE) {
      return axis == 0 ? tensor : Tensor.call("aten::movedim.int", tensor, axis, 0);
    }
    long steps = tensor.size(axis) / examples;
    long[] parts = order == Order.OUTER ? new long[]{examples, steps} : new long[]{steps, examples};
    Tensor split = Tensor.call("aten::unflatten.int", tensor, axis, parts);
    return Tensor.call("aten::movedim.intlist", split,
        order == Order.OUTER ? new long[]{axis, axis + 1} : new long[]{axis + 1, axis}, new long[]{0, 1});
  }

  /** From {@code [n, g, t, w]} with the examples in n to {@code [b, g, n/b·t, w]}. */
  public Tensor regroup(Tensor vectors, int examples) {
    if (order == Order.ALONE) {
      return vectors;
    }
    Tensor front = new Layout(0, order).toFront(vectors, examples);
    return front.transpose(1, 2).flatten(2, 3);
  }

  /** Examples [start, end) of a tensor whose first axis holds them in this order. */
  Tensor sliceFirst(Tensor tensor, int start, int end, int examples) {
    if (order == Order.INNER) {
      Tensor split = Tensor.call("aten::unflatten.int", tensor, 0, new long[]{-1, examples});
      return split.slice(1, start, end).flatten(0, 1);
    }
    long steps = tensor.size(0) / examples;
    return tensor.slice(0, start * steps, end * steps);
  }

  /** {@code [b, 1, t, w]} from a tensor whose last axis holds the vectors. */
  public Tensor vectors(Tensor tensor, int examples) {
    Tensor front = toFront(tensor, examples);
    return front.reshape(examples, 1, -1, tensor.size(-1));
  }
}
