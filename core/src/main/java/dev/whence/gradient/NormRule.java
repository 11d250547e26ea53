package dev.whence.gradient;

import dev.whence.torch.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

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
    boolean isBias = use.argument().equals("bias");
    List<Tensor> kept = isBias ? List.of() : call.tensors();
    if (isLast(use)) {
      long[] shape = call.tensor(use.argument()).shape();
      return new Pending.Whole(use.view(), kept, delta -> last(
          isBias ? Call.widened(delta) : Call.widened(delta).multiply(normalized(call)), layout, call,
          shape));
    }
    return new Pending.Whole(use.view(), kept, delta -> byChannel(
        isBias ? Call.widened(delta) : Call.widened(delta).multiply(normalized(call)), layout, call));
  }

  private static Tensor last(Tensor products, Layout layout, Call call, long[] shape) {
    int b = call.examples();
    Tensor front = layout.toFront(products, b);
    List<Long> extents = Arrays.stream(shape).boxed().toList();
    return front.reshape(b, -1, ProjectionSpec.elements(extents)).sum(1).reshape(Blocks.shape(b, extents));
  }

  private static Tensor byChannel(Tensor products, Layout layout, Call call) {
    int b = call.examples();
    Tensor places = products.rank() == 2
        ? products
        : products.sum(IntStream.range(2, products.rank()).toArray());
    return layout.toFront(places, b).reshape(b, -1, products.size(1)).sum(1);
  }

  /** The input normalised but neither scaled nor shifted. */
  private static Tensor normalized(Call call) {
    Tensor x = call.tensor("input");
    String operator = Rules.base(call.node().target());
    return switch (operator) {
      case "aten::layer_norm", "aten::native_layer_norm" -> Tensor.call("aten::layer_norm", x,
          call.value("normalized_shape").orElseThrow(), null, null, call.number("eps", 1e-5));
      case "aten::rms_norm" ->
        Tensor.call("aten::rms_norm", x, call.value("normalized_shape").orElseThrow(), null,
            call.value("eps").orElse(null));
      case "aten::group_norm" ->
        Tensor.call("aten::group_norm", x, (long) call.number("num_groups", 1), null, null,
            call.number("eps", 1e-5));
      case "aten::native_group_norm" ->
        Tensor.call("aten::group_norm", x, (long) call.number("group", 1), null,
            null, call.number("eps", 1e-5));
      case "aten::instance_norm" -> Tensor.call("aten::instance_norm", x, null, null,
          running(call, "running_mean"), running(call, "running_var"),
          call.value("use_input_stats").orElse(true), 0.0, call.number("eps", 1e-5), false);
      default -> batch(call, x);
    };
  }

  private static @org.jspecify.annotations.Nullable Object running(Call call, String name) {
    return call.value(name).map(value -> (Object) Call.widened(((Tensor) value).detach()).copy())
        .orElse(null);
  }

  private static Tensor batch(Call call, Tensor x) {
    Tensor scale = Tensor.call("aten::rsqrt", call.tensor("running_var").add(call.number("eps", 1e-5)));
    long[] channels = new long[x.rank()];
    Arrays.fill(channels, 1);
    channels[1] = x.size(1);
    Tensor centred = x.add(call.tensor("running_mean").reshape(channels), -1);
    return centred.multiply(scale.reshape(channels));
  }
}
