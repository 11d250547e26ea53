package dev.whence.attribution.training;

import dev.whence.data.Batch;
import dev.whence.data.Dataset;
import dev.whence.graph.Execution;
import dev.whence.graph.ModelState;
import dev.whence.graph.Parallel;
import dev.whence.run.Run;
import dev.whence.task.Task;
import dev.whence.torch.Autograd;
import dev.whence.torch.DType;
import dev.whence.torch.Scope;
import dev.whence.torch.Tensor;
import java.io.IOException;
import java.util.stream.LongStream;

/** Q = −∂ℓ/∂f of every training example. */
final class Slopes {
  private static final int BLOCK = 64;

  private Slopes() {
  }

  /** {@code [n]} FLOAT64, in the caller's scope. */
  static Tensor of(Task.Differentiable task, ModelState state, Dataset training, Run run) throws IOException {
    long n = training.size();
    Tensor slopes = Tensor.zeros(DType.FLOAT64, n);
    Execution execution = Execution.of(task.graph());
    Parallel.forEach(run, Math.ceilDiv(n, BLOCK), block -> {
      long first = block * BLOCK;
      long end = Math.min(n, first + BLOCK);
      try (var _ = Scope.open(); var _ = Autograd.off()) {
        Batch batch = training.batch(LongStream.range(first, end).toArray());
        var outputs = execution.run(state, task.inputs(batch)).outputs();
        slopes.slice(0, first, end).copyFrom(task.outputSlope().perExample(outputs, batch));
      }
    });
    return slopes;
  }
}
