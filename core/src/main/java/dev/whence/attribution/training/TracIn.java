package dev.whence.attribution.training;

import dev.whence.data.Dataset;
import dev.whence.gradient.projection.ProjectionKind;
import dev.whence.run.Named;
import dev.whence.run.Run;
import dev.whence.run.Setting;
import dev.whence.run.Settings;
import dev.whence.task.Task;
import dev.whence.training.Checkpoint;
import dev.whence.training.Trajectory;
import java.io.IOException;
import java.util.List;

/**
 * TracIn over the checkpoints of trainings: −Σ η⟨∇f(target), ∇ℓ(source)⟩ with the learning rate η of each, summed, not averaged, over the
 * checkpoints. Pruthi et al. 2020, "Estimating training data influence by tracing gradient descent", section 3.3 (TracInCP).
 *
 * @param projection how gradients are made short; exact compares them in factored form
 * @param batchSize targets worked on at once, at least 1
 */
@Named("tracin")
public record TracIn(@Setting(help = "how gradients are made short") ProjectionKind projection,
    @Setting(help = "targets worked on at once", min = 1) int batchSize) implements TrainingDataMethod {
  /** Checks the bounds. */
  public TracIn {
    Settings.check(TracIn.class, projection, batchSize);
  }

  /** Exact, 256 targets at once. */
  public TracIn() {
    this(new ProjectionKind.Exact(), 256);
  }

  /** All checkpoints of all trainings. */
  @Override
  public List<Checkpoint> models(List<Trajectory> trajectories) {
    return trajectories.stream().flatMap(one -> one.checkpoints().stream()).toList();
  }

  @Override
  public boolean weighsByRate() {
    return true;
  }

  @Override
  public TrainingDataAttributor fit(Task.Differentiable task, List<Trajectory> trajectories, Dataset training,
      Run run)
      throws IOException {
    double[] rates = rates(models(trajectories));
    var subject = Subject.of(this, task, trajectories, training, run);
    return new GradientAttributor(subject, batchSize, true, GradientIndex.build(subject, projection),
        (model, comparison) -> comparison.dots().multiply(-rates[model]));
  }

  private static double[] rates(List<Checkpoint> models) {
    return models.stream().mapToDouble(model -> model.learningRate().orElseThrow(
        () -> new IllegalArgumentException(
            "tracin weighs each checkpoint by the learning rate that led to it, and "
                + models.stream().filter(one -> one.learningRate().isEmpty()).count() + " of " + models.size()
                + " tell none; state training.checkpoint-rates, one per checkpoint, such as [0.1, 0.01]")))
        .toArray();
  }
}
