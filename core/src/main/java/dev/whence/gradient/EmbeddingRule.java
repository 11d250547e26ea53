package dev.whence.gradient;

import dev.whence.gradient.ParameterView.Form;
import dev.whence.gradient.factor.DenseFactor;
import dev.whence.gradient.factor.Layout;
import dev.whence.gradient.factor.OneHotFactor;
import dev.whence.graph.Argument;
import dev.whence.torch.DType;
import dev.whence.torch.Tensor;
import java.util.List;
import java.util.Optional;

/** Rows picked from a table. */
final class EmbeddingRule implements Rule {
  @Override
  public Optional<String> refusal(Use use) {
    if (!use.argument().equals("weight") || use.view().form() != Form.SAME) {
      return Optional.of("is reshaped before an embedding");
    }
    boolean scaled = use.node().arguments().get("scale_grad_by_freq") instanceof Argument.Literal(Boolean on)
        && on;
    return scaled
        ? Optional.of("has its gradient divided by the batch's frequencies, which no example has alone")
        : Optional.empty();
  }

  @Override
  public Optional<String> refusal(Use use, Layout layout, int outputRank) {
    return layout.axis() == outputRank - 1
        ? Optional.of("has the examples on its last axis")
        : Optional.empty();
  }

  @Override
  public Pending capture(Use use, Call call, Layout layout) {
    int b = call.examples();
    Tensor weight = call.tensor("weight");
    Tensor indices = layout.toFront(call.tensor("indices").to(DType.INT64), b).reshape(b, -1);
    long padding = (long) call.number("padding_idx", -1);
    return new Pending.Outer(use.view(), new OneHotFactor(indices, weight.size(0), weight.dtype()), true,
        delta -> {
          Tensor vectors = layout.vectors(Call.widened(delta), b);
          return new DenseFactor(padding < 0 ? vectors : masked(vectors, indices, padding));
        }, padding < 0 ? List.of() : List.of(indices));
  }

  private static Tensor masked(Tensor vectors, Tensor indices, long padding) {
    Tensor padded = Tensor.call("aten::eq.Scalar", indices, padding).unsqueeze(1).unsqueeze(3);
    return Tensor.call("aten::masked_fill.Scalar", vectors, padded, 0.0);
  }
}
