package dev.whence.attribution.training;

import dev.whence.data.Dataset;
import dev.whence.gradient.ProjectionKind;
import dev.whence.run.Named;
import dev.whence.run.Run;
import dev.whence.run.Setting;
import dev.whence.run.Settings;
import dev.whence.task.Task;
import dev.whence.training.Checkpoint;
import java.io.IOException;
import java.util.List;

/**
 * TRAK: with Φ the projected gradients of the loss's output function f (for classes the margin) at the training examples
 * and Q = −∂ℓ/∂f there, the score is ψ(target)·(ΦᵀΦ + λI)⁻¹Φ(source), averaged over the models, times the source's
 * averaged Q. Scores are, to first order and up to one
 * factor that retraining alone can measure, the rise of the measurement by the source's being there. Park et al. 2023, arXiv 2303.14186, section 3; the released code's scaling of the kernel is left out.
 *
 * @param projection how gradients are made short, per parameter or in all
 * @param damping λ as a multiple of the kernel's mean eigenvalue, ≥ 0
 * @param ridge added to λ as it is, ≥ 0
 * @param averaging what is averaged over the models
 * @param batchSize targets worked on at once, at least 1
 */
@Named("trak")
public record Trak(@Setting(help = "how gradients are made short") ProjectionKind projection,
    @Setting(help = "ridge, as a multiple of the kernel's mean eigenvalue", min = 0) double damping,
    @Setting(help = "ridge, added as it is", min = 0) double ridge,
    @Setting(help = "average scores and slopes apart, or their products") Averaging averaging,
    @Setting(help = "targets worked on at once", min = 1) int batchSize) implements TrainingDataMethod {
  /** Checks the bounds. */
  public Trak {
    Settings.check(Trak.class, projection, damping, ridge, averaging, batchSize);
  }

  /** 16×16 columns a parameter, damping 0.1. */
  public Trak() {
    this(new ProjectionKind.TwoSided(16, 16), 0.1, 0, Averaging.APART, 64);
  }

  /** What is averaged over the models. */
  public enum Averaging {
    /** (mean of the scores) · (mean of Q), as the authors do. */
    APART,
    /** Mean of (score · Q). */
    PRODUCTS
  }

  @Override
  public TrainingDataAttributor fit(Task.Differentiable task, List<Checkpoint> models, Dataset training,
      Run run)
      throws IOException {
    return TrakAttributor.fit(this, new Subject(this, task, models, training, run));
  }
}
