package dev.whence.gradient;

import dev.whence.gradient.factor.Blocks;
import dev.whence.gradient.factor.Layout;
import dev.whence.gradient.projection.ProjectionSpec;
import dev.whence.torch.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Scales and shifts of normalisations: over the last axes (layer, RMS), or by channel (batch, group, instance). */
final class NormRule implements Rule {
  @Override
  public Optional<String> refusal(Use use) {
    return use.argument().equals("weight") || use.argument().equals("bias")
        ? Optional.empty()
        : Optional.of("is not the scale or shift of a normalisation there");
  }

  private static boolean isLast(Use use) {
    return use.node().target().contains("layer_norm") || use.node().target().contains("rms_norm");
  }

  @Override
  public Optional<String> refusal(Use use, Layout layout, int outputRank) {
    if (isLast(use)) {
      int axes = Math.toIntExact(use.view().shape().size());
      return layout.axis() < outputRank - axes
          ? Optional.empty()
          : Optional.of("has the examples on a normalised axis");
    }
    return layout.axis() == 0 ? Optional.empty() : Optional.of("has the examples not on the first axis");
  }

  @Override
  public Pending capture(Use use, Call call, Layout layout) {
    int b = call.examples();
    long[] shape = call.tensor(use.argument()).shape();
    if (use.argument().equals("bias")) {
      return new Pending.Whole(use.view(), List.of(),
          delta -> reduce(use, Call.widened(delta), layout, shape, b));
    }
    if (isBatch(use)) {
      return new Pending.Whole(use.view(), call.tensors(), delta -> {
        Tensor sums = reduce(use, product(centred(call), delta), layout, shape, b);
        return sums.multiply(scale(call));
      });
    }
    return new Pending.Whole(use.view(), call.tensors(),
        delta -> reduce(use, product(normalized(call), delta), layout, shape, b));
  }

  /** Overwrites the first, which was made for this. */
  private static Tensor product(Tensor normalized, Tensor delta) {
    return Tensor.call("aten::mul_.Tensor", normalized, delta);
  }

  private static boolean isBatch(Use use) {
    return use.node().target().contains("batch_norm");
  }

  /** Sums to {@code [b, …shape]}: over all axes but the normalised ones, or all but the channels. */
  private static Tensor reduce(Use use, Tensor products, Layout layout, long[] shape, int b) {
    List<Long> extents = Arrays.stream(shape).boxed().toList();
    Tensor places = isLast(use) || products.rank() == 2
        ? products
        : products.sum(IntStream.range(2, products.rank()).toArray());
    return layout.toFront(places, b).reshape(b, -1, ProjectionSpec.elements(extents)).sum(1)
        .reshape(Blocks.shape(b, extents));
  }

  /** The input normalised but neither scaled nor shifted; memory of its own. */
  private static Tensor normalized(Call call) {
    Tensor x = call.tensor("input");
    double eps = call.number("eps", 1e-5);
    return switch (call.node().operator()) {
      case "aten::layer_norm", "aten::native_layer_norm" -> lastAxes(call, x, eps);
      case "aten::rms_norm" ->
        Tensor.call("aten::rms_norm", x, call.value("normalized_shape").orElseThrow(), null,
            call.value("eps").orElse(null));
      case "aten::group_norm" ->
        Tensor.call("aten::group_norm", x, (long) call.number("num_groups", 1), null, null, eps);
      case "aten::native_group_norm" ->
        Tensor.call("aten::group_norm", x, (long) call.number("group", 1), null, null, eps);
      default -> Tensor.call("aten::instance_norm", x, null, null, running(call, "running_mean"),
          running(call, "running_var"), call.value("use_input_stats").orElse(true), 0.0, eps, false);
    };
  }

  private static Tensor lastAxes(Call call, Tensor x, double eps) {
    // with a scale and a shift libtorch takes its vectorised path, half as long
    Tensor one = call.tensor("weight").onesLike().to(x.dtype());
    return Tensor.call("aten::layer_norm", x, call.value("normalized_shape").orElseThrow(), one,
        one.zerosLike(), eps);
  }

  private static @Nullable Object running(Call call, String name) {
    return call.value(name).map(value -> (Object) Call.widened((Tensor) value).copy()).orElse(null);
  }

  private static Tensor centred(Call call) {
    Tensor x = call.tensor("input");
    long[] channels = new long[x.rank()];
    Arrays.fill(channels, 1);
    channels[1] = x.size(1);
    return x.add(call.tensor("running_mean").reshape(channels), -1);
  }

  private static Tensor scale(Call call) {
    return Tensor.call("aten::rsqrt", call.tensor("running_var").add(call.number("eps", 1e-5)));
  }
}
