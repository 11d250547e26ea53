package dev.whence.task;

import dev.whence.data.Batch;
import dev.whence.torch.Tensor;
import java.util.Map;

/** One number per example, computed from a model's outputs; differentiable wherever its inputs are recorded. */
@FunctionalInterface
public interface Quantity {
  /**
   * The quantity of each example, never reduced.
   *
   * @param outputs the model's outputs by name
   * @param batch the examples, labels among them
   * @return {@code [b]}
   */
  Tensor perExample(Map<String, Tensor> outputs, Batch batch);
}
