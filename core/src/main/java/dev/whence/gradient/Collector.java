package dev.whence.gradient;

import dev.whence.torch.Scope;
import dev.whence.torch.Tensor;
import java.util.function.Consumer;

/** Decides what becomes of a use. */
@FunctionalInterface
interface Collector {
  /**
   * Called in the forward pass.
   *
   * @param pending all but the gradient by the output
   * @param scope must adopt whatever the receiver needs of it
   * @return what to do with the gradient by the output, in the backward pass
   */
  Consumer<Tensor> capture(PlannedUse use, Pending pending, Scope scope);
}
