package dev.whence.gradient;

import dev.whence.gradient.projection.Projection;
import dev.whence.gradient.projection.TwoSidedProjection;
import dev.whence.torch.Tensor;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * Weight and bias of one linear map projected together: the products of the projected inputs, with a column of ones beside
 * them, and the output gradients hold both, so that the output gradients are read once instead of three times. Pays off where
 * an example has many more steps than the projection has columns.
 */
final class LinearPair {
  private final Pending.Outer weight;
  private final TwoSidedProjection sides;
  private final Tensor known;

  private LinearPair(Pending.Outer weight, TwoSidedProjection sides) {
    this.weight = weight;
    this.sides = sides;
    Tensor inputs = weight.input().project(weight.inputIsLeft() ? sides.left() : sides.right()).squeeze(1);
    Tensor ones = Tensor.full(1, inputs.dtype(), inputs.size(0), inputs.size(1), 1);
    this.known = Tensor.concatenate(List.of(inputs, ones), 2);
  }

  /** The pair, if the two uses are one, weight first, and it pays. */
  static Optional<LinearPair> of(List<Captured> together, Projection ofWeight) {
    if (together.size() != 2 || !(ofWeight instanceof TwoSidedProjection sides)
        || !(together.get(0).pending() instanceof Pending.Outer weight)
        || !(together.get(1).pending() instanceof Pending.Steps)) {
      return Optional.empty();
    }
    Tensor across = weight.inputIsLeft() ? sides.right() : sides.left();
    boolean pays = across != null && weight.fits(sides) && weight.input().steps() >= 4 * across.size(0);
    return pays ? Optional.of(new LinearPair(weight, sides)) : Optional.empty();
  }

  /** The projection of the output gradients. */
  private static Tensor across(Pending.Outer weight, TwoSidedProjection sides) {
    return Objects.requireNonNull(weight.inputIsLeft() ? sides.right() : sides.left());
  }

  /** What must be kept. */
  Tensor known() {
    return known;
  }

  /** {@code [b, k + 1, d]}: the projected inputs' products with the output gradients, and the bias's gradient below. */
  Tensor products(Tensor delta) {
    Tensor vectors = weight.other().apply(delta).dense().squeeze(1);
    return known.transpose(1, 2).bmm(vectors);
  }

  /** The weight's features, {@code [b, kₗ·kᵣ]}. */
  Tensor weight(Tensor products) {
    // all rows, so that the examples' rows lie in one matrix; the last is dropped afterwards
    Tensor both = products.matmul(across(weight, sides).transpose(0, 1)).slice(1, 0, products.size(1) - 1);
    return (weight.inputIsLeft() ? both : both.transpose(1, 2)).flatten(1, 2);
  }

  /** The bias's gradient, {@code [b, d]}. */
  Tensor bias(Tensor products) {
    return products.select(1, products.size(1) - 1);
  }
}
