package dev.whence.graph.execution;

import dev.whence.graph.Node;
import dev.whence.torch.DType;
import dev.whence.torch.Generator;
import dev.whence.torch.Operator;
import dev.whence.torch.Scope;
import dev.whence.torch.Tensor;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Dropout whose mask is a function of (seed, step, node). Plain: x·m/(1−p). Alpha (Klambauer et al. 2017): dropped units
 * take SELU's negative saturation value, then an affine map keeps mean and variance. Feature forms draw once a channel.
 */
final class DropoutKernel {
  /** SELU's scale times its alpha: minus the value that dropped units take. */
  private static final double ALPHA = 1.7580993408473766;

  private DropoutKernel() {
  }

  static Kernel of(Operator operator) {
    String name = operator.name();
    boolean byFeature = name.contains("feature");
    boolean alpha = name.contains("alpha");
    if (name.equals("aten::native_dropout")) {
      return DropoutKernel::withMask;
    }
    return (frame, call, arguments) -> {
      Tensor input = (Tensor) java.util.Objects.requireNonNull(arguments[0]);
      double p = probability(call.node, arguments[1]);
      try (var scope = Scope.open(); var generator = Draws.of(frame, call.node)) {
        Tensor kept = kept(input, byFeature, p, generator);
        return List.of(scope.keep(alpha ? alpha(input, kept, p) : scaled(input, kept, p)));
      }
    };
  }

  /** Writes the result over the argument, for values that are read under another name later. */
  static Kernel inPlace(Operator form) {
    Kernel plain = of(form);
    return (frame, call, arguments) -> List.of(
        Tensor.call("aten::copy_", arguments[0], plain.run(frame, call, arguments).getFirst()));
  }

  private static double probability(Node node, @Nullable Object value) {
    if (value instanceof Number p && p.doubleValue() >= 0 && p.doubleValue() <= 1) {
      return p.doubleValue();
    }
    throw new IllegalArgumentException(node.describe() + ": dropout must be in [0, 1], got " + value);
  }

  /** 1 for what stays and 0 for what is dropped, of the input's type. */
  static Tensor kept(Tensor input, boolean byFeature, double p, Generator generator) {
    long[] shape = input.shape();
    if (byFeature) {
      Arrays.fill(shape, Math.min(2, shape.length), shape.length, 1);
    }
    Tensor mask = Tensor.empty(DType.FLOAT32, shape);
    return Tensor.call("aten::bernoulli_.float", mask, 1 - p, generator).to(input.dtype());
  }

  /** What stays, divided by its probability. */
  static Tensor scaled(Tensor input, Tensor kept, double p) {
    return input.multiply(p == 1 ? kept : kept.multiply(1 / (1 - p)));
  }

  private static Tensor alpha(Tensor input, Tensor kept, double p) {
    if (p == 1) {
      return input.multiply(kept);
    }
    double a = 1 / Math.sqrt((ALPHA * ALPHA * p + 1) * (1 - p));
    Tensor shift = kept.add(-1).multiply(ALPHA * a).add(ALPHA * a * p);
    return input.multiply(kept.multiply(a)).add(shift);
  }

  private static List<? extends @Nullable Object> withMask(Frame frame, Instruction call,
      @Nullable Object[] arguments) {
    Tensor input = (Tensor) java.util.Objects.requireNonNull(arguments[0]);
    double p = probability(call.node, arguments[1]);
    try (var scope = Scope.open(); var generator = Draws.of(frame, call.node)) {
      Tensor kept = kept(input, false, p, generator);
      return List.of(scope.keep(scaled(input, kept, p)), scope.keep(kept.to(DType.BOOL)));
    }
  }
}
