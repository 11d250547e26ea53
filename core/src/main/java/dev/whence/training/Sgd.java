package dev.whence.training;

import dev.whence.run.Setting;
import dev.whence.run.Settings;
import dev.whence.torch.Tensor;
import java.util.List;
import java.util.Map;

/**
 * Stochastic gradient descent as {@code torch.optim.SGD} computes it, without dampening: g ← g + λθ; b ← μb + g;
 * θ ← θ − η·b, with Nesterov θ ← θ − η·(g + μb).
 *
 * @param momentum μ, in [0, 1)
 * @param nesterov whether to look ahead along the momentum
 * @param weightDecay λ, at least 0
 */
public record Sgd(
    @Setting(help = "share of the last step that is kept", min = 0, max = 1, exclusiveMax = true) double momentum,
    @Setting(help = "look ahead along the momentum") boolean nesterov,
    @Setting(help = "pull towards zero, added to the gradient", min = 0) double weightDecay)
    implements
      Optimizer {
  private static final String BUFFER = "momentum_buffer";

  /** Checks the bounds. */
  public Sgd {
    Settings.check(Sgd.class, momentum, nesterov, weightDecay);
    if (nesterov && momentum == 0) {
      throw new IllegalArgumentException("nesterov needs momentum > 0, got momentum 0.0");
    }
  }

  /** Plain gradient descent. */
  public Sgd() {
    this(0, false, 0);
  }

  @Override
  public List<String> moments() {
    return momentum == 0 ? List.of() : List.of(BUFFER);
  }

  @Override
  public Vectors update(Vectors before, Tensor gradient, long step, double learningRate) {
    Tensor theta = before.parameters();
    Tensor slope = weightDecay == 0 ? gradient : gradient.add(theta, weightDecay);
    if (momentum == 0) {
      return new Vectors(theta.add(slope, -learningRate), Map.of());
    }
    Tensor buffer = before.moment(BUFFER).multiply(momentum).add(slope);
    Tensor direction = nesterov ? slope.add(buffer, momentum) : buffer;
    return new Vectors(theta.add(direction, -learningRate), Map.of(BUFFER, buffer));
  }
}
