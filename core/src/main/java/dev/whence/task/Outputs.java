package dev.whence.task;

import dev.whence.torch.Tensor;
import java.util.Arrays;

/** Outputs and labels as one row of numbers per example. */
final class Outputs {
  private Outputs() {
  }

  /** {@code [b, …]} as {@code [b, r]}; {@code [b]} as {@code [b, 1]}. */
  static Tensor flat(Tensor logits) {
    return logits.rank() == 1 ? logits.unsqueeze(1) : logits.flatten(1, -1);
  }

  /** The labels in the flat logits' shape and type. */
  static Tensor like(Tensor logits, Tensor labels) {
    if (labels.elements() != logits.elements() || labels.size(0) != logits.size(0)) {
      throw new IllegalArgumentException("labels must have one value an output: output shape "
          + Arrays.toString(logits.shape()) + ", labels " + Arrays.toString(labels.shape()));
    }
    return flat(labels.to(logits.dtype()));
  }
}
