package dev.whence.graph.execution;

import dev.whence.graph.Node;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Receives a node's arguments and outputs during a run. What it sees stays true behind in-place operators. */
@FunctionalInterface
public interface Tap {
  /**
   * Called once a run for the node, after its edits.
   *
   * @param node the node that ran
   * @param arguments in the order of the operator's declared parameters; see {@link dev.whence.torch.Operator#call}
   * @param outputs in order; tensors belong to the scope of the run and carry their history where it is recorded
   */
  void observe(Node node, List<@Nullable Object> arguments, List<@Nullable Object> outputs);

  /**
   * Whether the tensors it is shown are to live as long as the caller's scope. A tap that says no may use them during
   * {@link #observe} only, or through handles of its own ({@link dev.whence.torch.Tensor#detach}): the run frees the others
   * as early as it would without the tap.
   */
  default boolean keepsTensors() {
    return true;
  }
}
