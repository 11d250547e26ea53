package dev.whence.training;

import dev.whence.data.Batch;
import dev.whence.graph.ModelState;
import dev.whence.graph.execution.BackwardFault;
import dev.whence.graph.execution.Execution;
import dev.whence.graph.execution.Mode;
import dev.whence.task.Task;
import dev.whence.torch.Autograd;
import dev.whence.torch.Tensor;
import dev.whence.torch.TorchException;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * One step of training as a pure function (state, batch, weights) → state. Immutable, safe for any thread.
 *
 * <p>The weighted loss is Σ wᵢℓᵢ / b with the number of examples b unweighted. Recorded, the new parameters and moments can be
 * differentiated with respect to the old ones and the weights; fused attention has no second derivative, see {@link
 * Autograd#setFusedAttention}.
 */
public final class TrainingStep {
  private final Task.Differentiable task;
  private final Execution execution;
  private final Optimizer optimizer;

  /**
   * Steps of this rule on the task's loss.
   *
   * @throws dev.whence.graph.execution.UnsupportedModeException if the model cannot be trained, naming the node
   */
  public TrainingStep(Task.Differentiable task, Optimizer optimizer) {
    this.task = task;
    this.execution = Execution.of(task.graph()).with(new Mode.Training(0, 0));
    this.optimizer = Objects.requireNonNull(optimizer);
  }

  /** The update rule. */
  public Optimizer optimizer() {
    return optimizer;
  }

  /**
   * What a step gives, in the caller's scope.
   *
   * @param state after the step; buffers that did not change are the earlier state's own tensors
   * @param losses of the batch before the step, unweighted, {@code [b]}
   */
  public record Result(TrainingState state, Tensor losses) {
  }

  /**
   * The state after one step; nothing given is changed.
   *
   * @param batch the step's examples
   * @param weights {@code [b]}, in the parameters' type; absent: all 1
   * @param learningRate the step's rate
   * @param seed of the run, which with the step and the node determines dropout
   */
  public Result apply(TrainingState state, Batch batch, Optional<Tensor> weights, double learningRate,
      long seed) {
    return apply(state, batch, weights, new Settings(learningRate, seed, false));
  }

  /** As {@link #apply}, recorded so that the result can be differentiated with respect to the state and the weights. */
  public Result record(TrainingState state, Batch batch, Optional<Tensor> weights, double learningRate,
      long seed) {
    return apply(state, batch, weights, new Settings(learningRate, seed, true));
  }

  private record Settings(double learningRate, long seed, boolean recorded) {
  }

  private Result apply(TrainingState state, Batch batch, Optional<Tensor> weights, Settings how) {
    Tensor before = state.vectors().parameters();
    Tensor theta = how.recorded && before.requiresGrad() ? before : before.leaf();
    Execution.Result run;
    Tensor losses;
    Tensor gradient;
    try (var _ = Autograd.on()) {
      var mode = new Mode.Training(how.seed, state.step());
      ModelState model = state.model(theta);
      run = execution.with(mode).run(model, task.inputs(batch));
      losses = task.loss().perExample(run.outputs(), batch);
      Tensor weighted = weights.map(losses::multiply).orElse(losses);
      Tensor mean = weighted.sum().multiply(1.0 / batch.size());
      var options = how.recorded ? Autograd.Options.TWICE : Autograd.Options.ONCE;
      try {
        gradient = Autograd.gradient(List.of(mean), List.of(theta), options).getFirst();
      } catch (TorchException e) {
        throw BackwardFault.placed(e, task.graph(), mode, model, task.inputs(batch));
      }
    }
    try (var _ = how.recorded ? Autograd.on() : Autograd.off()) {
      TrainingState from = how.recorded ? state.over(theta) : state;
      return new Result(from.updated(optimizer, gradient, run.buffers(), how.learningRate), losses);
    }
  }
}
