package dev.whence.task;

import dev.whence.data.Label;
import dev.whence.torch.Tensor;

/**
 * What a model is trained on: one number per example, in nats for likelihoods, never reduced over examples. A new loss is
 * one record with a line in {@code META-INF/services}.
 */
public interface Loss {
  /**
   * The loss of each example, summed over its positions or outputs.
   *
   * @param logits the model's output, {@code [b, …]}
   * @param labels as the loss wants them, {@code [b, …]}
   * @return {@code [b]}
   * @throws IllegalArgumentException if the shapes do not fit each other
   */
  Tensor perExample(Tensor logits, Tensor labels);

  /** The scalar of an example that the loss is seen as a function of: TRAK's output function (2023, section 3.2). */
  OutputFunction outputFunction();

  /** What its labels are: a label of which nobody said what it is gets read as this. */
  Label.Kind labels();

  /** A loss that can be trained on softened labels. */
  interface Smoothable extends Loss {
    /** The same loss with this much of the label's weight spread evenly over all classes, in [0, 1). */
    Loss smoothed(double amount);
  }
}
