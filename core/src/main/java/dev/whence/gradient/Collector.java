package dev.whence.gradient;

import dev.whence.torch.Scope;
import dev.whence.torch.Tensor;
import java.util.List;
import java.util.function.Consumer;

/** Decides what becomes of the uses at a node. */
@FunctionalInterface
interface Collector {
  /**
   * Called in the forward pass.
   *
   * @param together the node's uses, which wait for the same gradient
   * @param scope must adopt whatever the receiver needs of them
   * @return what to do with the gradient with respect to the output, in the backward pass
   */
  Consumer<Tensor> capture(List<Captured> together, Scope scope);
}
