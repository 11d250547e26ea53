package dev.whence.task;

import dev.whence.torch.Tensor;
import java.util.List;

/**
 * What is attributed: one number per example, differentiable in the logits. Positive scores mean that including a source
 * raises it. A new measurement is one record with a line in {@code META-INF/services}.
 */
public interface Measurement {
  /** Such as {@code nats}. */
  String unit();

  /** What its size means, in a sentence for readers of a report. */
  String meaning();

  /** Whether it speaks of the label's class, or of whatever stands in the label's place. */
  default boolean speaksOfLabel() {
    return true;
  }

  /** Settings that number a class or an output: where the data name these, a run file may give the name. */
  default List<String> numbered() {
    return List.of();
  }

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
