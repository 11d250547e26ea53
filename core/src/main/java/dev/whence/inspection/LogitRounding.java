package dev.whence.inspection;

import dev.whence.torch.Autograd;
import dev.whence.torch.DType;
import dev.whence.torch.Scope;
import dev.whence.torch.Tensor;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** How far rounding of the logits moves the loss's slope: far where a model fits an example, hardly elsewhere. */
final class LogitRounding {
  /** By how much the loss's slope's error may grow on its way to a parameter. */
  private static final double SPREAD = 4;

  private LogitRounding() {
  }

  /**
   * The relative error of each example's gradients that rounding of the logits explains: how far the loss's slope lies from
   * that in double precision at PyTorch's logits, here and for logits a few roundings away.
   *
   * @param outputs of the model on the sample, here
   */
  static double[] explained(ModelSample sample, Map<String, Tensor> outputs) throws IOException {
    try (var _ = Scope.open()) {
      Tensor found = sample.logits(outputs);
      Tensor expected = sample.logits(sample.outputs()).to(DType.FLOAT64);
      Tensor slope = slope(sample, expected);
      Tensor here = slope(sample, found).to(DType.FLOAT64).add(slope, -1);
      Tensor near = slope(sample, expected.multiply(shaken(expected))).add(slope, -1);
      double[] explained = new double[sample.examples()];
      for (int example = 0; example < explained.length; example++) {
        double error = Math.max(here.select(0, example).maxAbs(), near.select(0, example).maxAbs());
        explained[example] = error == 0 ? 0 : SPREAD * error / slope.select(0, example).maxAbs();
      }
      return explained;
    }
  }

  /** ∂loss/∂logits of every example, in the logits' own precision. */
  private static Tensor slope(ModelSample sample, Tensor logits) throws IOException {
    try (var _ = Autograd.on()) {
      Tensor leaf = logits.leaf();
      Tensor total = sample.loss().perExample(leaf, sample.labels()).sum();
      return Autograd.vectorJacobian(List.of(total), List.of(), List.of(leaf), Autograd.Options.ONCE)
          .getFirst().orElseThrow();
    }
  }

  /** 1 ± 8 roundings of single precision, in turn. */
  private static Tensor shaken(Tensor like) {
    double[] factors = new double[Math.toIntExact(like.elements())];
    Arrays.setAll(factors, i -> 1 + (i % 2 == 0 ? 8 : -8) * (double) Math.ulp(1f));
    return Tensor.of(factors, like.shape());
  }
}
