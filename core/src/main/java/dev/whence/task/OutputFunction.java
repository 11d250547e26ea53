package dev.whence.task;

import dev.whence.torch.Tensor;

/** A scalar f of an example together with the slope of the loss by it. */
public interface OutputFunction {
  /** f of each example, {@code [b]}. */
  Tensor value(Tensor logits, Tensor labels);

  /**
   * Q = −∂ℓ/∂f of each example, {@code [b]}: positive where raising f lowers the loss, signed for regression.
   */
  Tensor lossSlope(Tensor logits, Tensor labels);
}
