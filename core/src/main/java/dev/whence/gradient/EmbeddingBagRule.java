package dev.whence.gradient;

import dev.whence.gradient.ParameterView.Form;
import dev.whence.gradient.factor.DenseFactor;
import dev.whence.gradient.factor.Layout;
import dev.whence.gradient.factor.OneHotFactor;
import dev.whence.torch.DType;
import dev.whence.torch.Tensor;
import java.util.List;
import java.util.Optional;

/** Sums and means of rows picked from a table, bag by bag. */
final class EmbeddingBagRule implements Rule {
  private static final long MEAN = 1;
  private static final long MAX = 2;

  @Override
  public Optional<String> refusal(Use use) {
    if (!use.argument().equals("weight") || use.view().form() != Form.SAME) {
      return Optional.of("is reshaped before an embedding, or weighs its bags");
    }
    if (use.node().literal("mode").equals(Optional.of(MAX))) {
      return Optional.of("is picked from by the largest of each bag");
    }
    return use.node().literal("scale_grad_by_freq").equals(Optional.of(true))
        ? Optional.of("has its gradient divided by the batch's frequencies, which no example has alone")
        : Optional.empty();
  }

  @Override
  public Optional<String> refusal(Use use, Layout layout, int outputRank) {
    return layout.axis() == 0 ? Optional.empty() : Optional.of("has the examples not on the first axis");
  }

  @Override
  public Pending capture(Use use, Call call, Layout layout) {
    int b = call.examples();
    Tensor weight = call.tensor("weight");
    Tensor indices = call.tensor("indices").to(DType.INT64).reshape(-1);
    Tensor starts = call.tensor("offsets").to(DType.INT64);
    Tensor ends = Tensor.concatenate(
        List.of(starts.slice(0, 1, starts.size(0)), Tensor.of(new long[]{indices.size(0)}, 1)), 0);
    if (Boolean.TRUE.equals(call.value("include_last_offset").orElse(false))) {
      starts = starts.slice(0, 0, starts.size(0) - 1);
      ends = ends.slice(0, 0, ends.size(0) - 1);
    }
    Bags bags = bags(call, indices, starts, ends, weight.dtype());
    Tensor picked = layout.toFront(bags.indices(), b).reshape(b, -1);
    return new Pending.Outer(use.view(), new OneHotFactor(picked, weight.size(0), weight.dtype()), true,
        delta -> {
          Tensor each = Call.widened(delta).unsqueeze(1).multiply(bags.factors().unsqueeze(2));
          return new DenseFactor(layout.toFront(each, b).reshape(b, 1, -1, each.size(2)));
        }, List.of(bags.factors()));
  }

  /**
   * Bags filled up to the longest.
   *
   * @param indices {@code [bags, t]}, any row where a bag has ended
   * @param factors {@code [bags, t]}, by which a row counts; 0 where a bag has ended
   */
  private record Bags(Tensor indices, Tensor factors) {
  }

  private static Bags bags(Call call, Tensor indices, Tensor starts, Tensor ends, DType dtype) {
    Tensor lengths = Tensor.call("aten::sub.Tensor", ends, starts);
    long longest = lengths.size(0) == 0 ? 1 : Math.max(1, (long) lengths.maxAbs());
    Tensor places = starts.unsqueeze(1).add(Tensor.range(longest).unsqueeze(0));
    Tensor inside = Tensor.call("aten::lt.Tensor", places, ends.unsqueeze(1));
    Tensor flat = Tensor.call("aten::clamp", places, 0L, Math.max(0, indices.size(0) - 1)).reshape(-1);
    Tensor rows = indices.indexSelect(0, flat).reshape(places.shape());
    long padding = (long) call.number("padding_idx", -1);
    Tensor counts = padding < 0
        ? inside
        : Tensor.call("aten::logical_and", inside, Tensor.call("aten::ne.Scalar", rows, padding));
    Tensor factors = counts.to(dtype);
    if (call.value("per_sample_weights").isPresent()) {
      Tensor weights = call.tensor("per_sample_weights").reshape(-1).indexSelect(0, flat);
      factors = factors.multiply(weights.reshape(places.shape()));
    }
    if (call.number("mode", 0) == MEAN) {
      Tensor total = Tensor.call("aten::clamp", counts.to(dtype).sum(1), 1.0, null).unsqueeze(1);
      factors = factors.divide(total);
    }
    return new Bags(rows, factors);
  }
}
