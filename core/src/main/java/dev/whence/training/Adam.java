package dev.whence.training;

import dev.whence.run.Setting;
import dev.whence.run.Settings;
import dev.whence.torch.Tensor;
import java.util.List;

/**
 * Adam (Kingma and Ba, 2015) as {@code torch.optim.Adam} computes it: g ← g + λθ; m ← β₁m + (1−β₁)g; v ← β₂v + (1−β₂)g²;
 * θ ← θ − η/(1−β₁ᵗ) · m / (√v/√(1−β₂ᵗ) + ε).
 *
 * @param beta1 in [0, 1)
 * @param beta2 in [0, 1)
 * @param epsilon outside the root, at least 0
 * @param epsilonRoot inside the root, at least 0; 0 is PyTorch's. Positive where training is differentiated, because
 *     the root has no slope at v = 0
 * @param weightDecay λ, added to the gradient, at least 0
 */
public record Adam(
    @Setting(help = "decay of the running mean of gradients", min = 0, max = 1, exclusiveMax = true) double beta1,
    @Setting(help = "decay of the running mean of squared gradients", min = 0, max = 1, exclusiveMax = true) double beta2,
    @Setting(help = "added to the denominator", min = 0) double epsilon,
    @Setting(help = "added under the root; positive where training itself is differentiated", min = 0) double epsilonRoot,
    @Setting(help = "pull towards zero, added to the gradient", min = 0) double weightDecay)
    implements
      Optimizer {
  /** Checks the bounds. */
  public Adam {
    Settings.check(Adam.class, beta1, beta2, epsilon, epsilonRoot, weightDecay);
  }

  /** PyTorch's defaults. */
  public Adam() {
    this(.9, .999, 1e-8, 0, 0);
  }

  @Override
  public List<String> moments() {
    return AdaptiveMoments.NAMES;
  }

  @Override
  public Vectors update(Vectors before, Tensor gradient, long step, double learningRate) {
    Tensor slope = weightDecay == 0 ? gradient : gradient.add(before.parameters(), weightDecay);
    return new AdaptiveMoments(beta1, beta2, epsilon, epsilonRoot).update(before, slope, step, learningRate);
  }
}
