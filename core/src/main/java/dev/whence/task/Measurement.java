package dev.whence.task;

import dev.whence.torch.Tensor;

/**
 * What is attributed: one number an example, differentiable in the logits. Positive scores mean that including a source
 * raises it. A new measurement is one record with a line in {@code META-INF/services}.
 */
public interface Measurement {
  /** Such as {@code nats}. */
  String unit();

  /**
   * The measurement of each example; over several positions, their sum.
   *
   * @param logits the model's output, {@code [b, …]}
   * @param labels the examples' labels
   * @param loss what the model is trained on; it says how labels address logits
   * @return {@code [b]}
   * @throws IllegalArgumentException if the measurement makes no sense for such a loss or such shapes
   */
  Tensor perExample(Tensor logits, Tensor labels, Loss loss);
}
