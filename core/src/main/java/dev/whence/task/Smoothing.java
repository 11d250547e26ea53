package dev.whence.task;

import dev.whence.torch.Tensor;

/** Cross-entropy against the label mixed with the uniform distribution. */
final class Smoothing {
  private Smoothing() {
  }

  static Tensor loss(Positions positions, double smoothing) {
    Tensor likelihood = positions.logProbability();
    Tensor mixed = smoothing == 0
        ? likelihood
        : likelihood.multiply(1 - smoothing).add(positions.meanLogProbability(), smoothing);
    return positions.total(mixed).negate();
  }
}
