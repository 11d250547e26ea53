package dev.whence.attribution.training;

import dev.whence.data.Dataset;
import dev.whence.gradient.projection.ProjectionKind;
import dev.whence.run.Named;
import dev.whence.run.Run;
import dev.whence.run.Setting;
import dev.whence.run.Settings;
import dev.whence.task.Task;
import dev.whence.training.Trajectory;
import java.io.IOException;
import java.util.List;

/**
 * Grad-Cos: the cosine of ∇f(target) and −∇ℓ(source), averaged over the models; only ranks mean something. Charpiat et al.
 * 2019, "Input similarity from the neural network perspective".
 *
 * @param projection how gradients are made short; exact compares them in factored form
 * @param batchSize targets worked on at once, at least 1
 */
@Named("grad-cos")
public record GradCos(@Setting(help = "how gradients are made short") ProjectionKind projection,
    @Setting(help = "targets worked on at once", min = 1) int batchSize) implements TrainingDataMethod {
  /** Checks the bounds. */
  public GradCos {
    Settings.check(GradCos.class, projection, batchSize);
  }

  /** Exact, 256 targets at once. */
  public GradCos() {
    this(new ProjectionKind.Exact(), 256);
  }

  @Override
  public TrainingDataAttributor fit(Task.Differentiable task, List<Trajectory> trajectories, Dataset training,
      Run run)
      throws IOException {
    double weight = -1.0 / trajectories.size();
    var subject = Subject.of(this, task, trajectories, training, run);
    return new GradientAttributor(subject, batchSize, false, GradientIndex.build(subject, projection),
        (_, comparison) -> comparison.cosines().multiply(weight));
  }
}
