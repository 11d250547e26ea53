package dev.whence.graph.execution;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Does the work of one call. Stateless; safe for any thread. */
@FunctionalInterface
interface Kernel {
  /**
   * Runs.
   *
   * @param frame the run's values, of which a kernel may replace those its arguments came from
   * @param call the call that runs
   * @param arguments resolved, in the operator's order
   * @return the outputs in order, lists flattened later; tensors belong to the thread's scope
   */
  List<? extends @Nullable Object> run(Frame frame, Instruction call, @Nullable Object[] arguments);
}
