package dev.whence.training;

import dev.whence.run.Named;
import dev.whence.run.Setting;
import dev.whence.run.Settings;
import dev.whence.torch.Tensor;
import java.util.List;

/**
 * Adam with decoupled weight decay (Loshchilov and Hutter, 2019) as {@code torch.optim.AdamW} computes it: θ shrinks by
 * 1 − ηλ, then moves as {@link Adam} without decay.
 *
 * @param beta1 in [0, 1)
 * @param beta2 in [0, 1)
 * @param epsilon outside the root, at least 0
 * @param epsilonRoot inside the root, at least 0; see {@link Adam}
 * @param weightDecay λ, at least 0
 */
@Named("adamw")
public record AdamW(
    @Setting(help = "decay of the running mean of gradients", min = 0, max = 1, exclusiveMax = true) double beta1,
    @Setting(help = "decay of the running mean of squared gradients", min = 0, max = 1, exclusiveMax = true) double beta2,
    @Setting(help = "added to the denominator", min = 0) double epsilon,
    @Setting(help = "added under the root; positive where training itself is differentiated", min = 0) double epsilonRoot,
    @Setting(help = "pull towards zero, apart from the gradient", min = 0) double weightDecay)
    implements
      Optimizer {
  /** Checks the bounds. */
  public AdamW {
    Settings.check(AdamW.class, beta1, beta2, epsilon, epsilonRoot, weightDecay);
  }

  /** PyTorch's defaults. */
  public AdamW() {
    this(.9, .999, 1e-8, 0, .01);
  }

  @Override
  public List<String> moments() {
    return AdaptiveMoments.NAMES;
  }

  @Override
  public Vectors update(Vectors before, Tensor gradient, long step, double learningRate) {
    Tensor theta = before.parameters();
    Tensor shrunk = weightDecay == 0 ? theta : theta.multiply(1 - learningRate * weightDecay);
    return new AdaptiveMoments(beta1, beta2, epsilon, epsilonRoot)
        .update(new Vectors(shrunk, before.moments()), gradient, step, learningRate);
  }
}
