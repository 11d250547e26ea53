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
import java.util.Optional;

/**
 * TRAK: with Φ the projected gradients of the loss's output function f (for classes the margin) at the training examples
 * and Q = −∂ℓ/∂f there, the score is ψ(target)·(ΦᵀΦ + λI)⁻¹Φ(source), averaged over the models, times the source's
 * averaged Q. Scores are, to first order and up to one
 * factor that retraining alone can measure, the rise of the measurement by the source's being there. Park et al. 2023, arXiv 2303.14186, section 3; the released code's scaling of the kernel is left out.
 *
 * @param projection how gradients are made short, per parameter or in all
 * @param damping λ as a multiple of the kernel's mean eigenvalue tr(ΦᵀΦ)/k, ≥ 0; auto: twice the mean squared length of a
 *   row, 2·tr(ΦᵀΦ)/n, which is the same however many columns there are
 * @param ridge added to λ as it is, ≥ 0
 * @param averaging what is averaged over the models
 * @param batchSize targets worked on at once, at least 1
 */
@Named("trak")
public record Trak(@Setting(help = "how gradients are made short") ProjectionKind projection,
    @Setting(help = "ridge, as a multiple of the kernel's mean eigenvalue; auto: twice the mean squared length of a row", min = 0) Optional<Double> damping,
    @Setting(help = "ridge, added as it is", min = 0) double ridge,
    @Setting(help = "average scores and slopes apart, or their products") Averaging averaging,
    @Setting(help = "targets worked on at once", min = 1) int batchSize) implements TrainingDataMethod {
  /** Checks the bounds. */
  public Trak {
    Settings.check(Trak.class, projection, damping, ridge, averaging, batchSize);
  }

  /** 2048 columns for the whole model, damping auto. */
  public Trak() {
    this(new ProjectionKind.Spread(2048), Optional.empty(), 0, Averaging.APART, 256);
  }

  /** An example alike no other then explains at most a third of its own output; see docs/decisions/009. */
  private static final double AUTOMATIC = 2;

  /** λ for these rows. */
  double lambda(Gram gram) {
    double trace = gram.trace();
    double damped = damping.isPresent()
        ? damping.get() * trace / gram.columns()
        : AUTOMATIC * trace / gram.rows();
    return damped + ridge;
  }

  /** What is averaged over the models. */
  public enum Averaging {
    /** (mean of the scores) · (mean of Q), as the authors do. */
    APART,
    /** Mean of (score · Q). */
    PRODUCTS
  }

  @Override
  public TrainingDataAttributor fit(Task.Differentiable task, List<Trajectory> trajectories, Dataset training,
      Run run)
      throws IOException {
    return TrakAttributor.fit(this, Subject.of(this, task, trajectories, training, run));
  }
}
