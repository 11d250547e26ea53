package dev.whence.graph.execution;

import dev.whence.torch.Operator;
import dev.whence.torch.Tensor;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A norm in training mode: it updates copies of its running statistics, which take the place of those it was given. */
final class NormKernel implements Kernel {
  private final Operator operator;
  private final List<Integer> statistics;

  NormKernel(Operator operator) {
    this.operator = operator;
    this.statistics = List.of(operator.position("running_mean").orElseThrow(),
        operator.position("running_var").orElseThrow());
  }

  @Override
  public List<? extends @Nullable Object> run(Frame frame, Instruction call, @Nullable Object[] arguments) {
    @Nullable
    Object[] own = arguments.clone();
    for (int at : statistics) {
      int slot = call.slot(at);
      if (slot >= 0 && own[at] instanceof Tensor running) {
        Tensor updated = running.detach().copy();
        own[at] = updated;
        frame.slots[slot] = updated;
      }
    }
    return operator.call(own);
  }
}
