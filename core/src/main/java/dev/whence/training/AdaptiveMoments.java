package dev.whence.training;

import dev.whence.torch.Tensor;
import java.util.List;
import java.util.Map;

/** What Adam and AdamW share: running means of gradient and square, and the step they lead to. */
record AdaptiveMoments(double beta1, double beta2, double epsilon, double epsilonRoot) {
  private static final String MEAN = "exp_avg";
  private static final String SQUARE = "exp_avg_sq";
  static final List<String> NAMES = List.of(MEAN, SQUARE);

  Optimizer.Vectors update(Optimizer.Vectors before, Tensor slope, long step, double learningRate) {
    Tensor mean = Tensor.call("aten::lerp.Scalar", before.moment(MEAN), slope, 1 - beta1);
    Tensor square = Tensor.call("aten::addcmul", before.moment(SQUARE).multiply(beta2), slope, slope,
        1 - beta2);
    double size = learningRate / (1 - Math.pow(beta1, step + 1.0));
    Tensor moved = Tensor.call("aten::addcdiv", before.parameters(), mean, denominator(square, step), -size);
    return new Optimizer.Vectors(moved, Map.of(MEAN, mean, SQUARE, square));
  }

  private Tensor denominator(Tensor square, long step) {
    double correction = 1 - Math.pow(beta2, step + 1.0);
    Tensor root = epsilonRoot == 0
        ? divided(square.sqrt(), Math.sqrt(correction))
        : divided(square, correction).add(epsilonRoot).sqrt();
    return root.add(epsilon);
  }

  private static Tensor divided(Tensor value, double divisor) {
    return Tensor.call("aten::div.Scalar", value, divisor);
  }
}
