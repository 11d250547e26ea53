package dev.whence.graph.execution;

import dev.whence.graph.Node;
import dev.whence.torch.Tensor;

/** Replaces a node's output for one run. An edit never writes into the tensor it is given. */
@FunctionalInterface
public interface Edit {
  /**
   * The tensor that takes the output's place, of the same shape and type; the given one to leave it.
   *
   * @param node the node that ran
   * @param output the tensor among the node's outputs that is replaced, from 0
   * @param value what the node returned
   */
  Tensor apply(Node node, int output, Tensor value);
}
