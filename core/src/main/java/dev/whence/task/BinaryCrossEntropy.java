package dev.whence.task;

import dev.whence.data.Label;
import dev.whence.torch.Tensor;

/** Σ over outputs of the binary cross-entropy of the sigmoid: logits {@code [b, …]}, labels of equal size in [0, 1]. */
public record BinaryCrossEntropy() implements Loss {

  @Override
  public Label.Kind labels() {
    return Label.Kind.TRUTH;
  }

  @Override
  public Tensor perExample(Tensor logits, Tensor labels) {
    // softplus(s) − y·s, which never overflows
    Tensor scores = Outputs.flat(logits);
    Tensor softplus = Tensor.call("aten::logaddexp", scores, scores.zerosLike());
    return softplus.subtract(Outputs.like(logits, labels).multiply(scores)).sum(1);
  }

  /** Log-odds of the label, Σ (2y−1)·s, with Q = 1−p for one output; the negative loss, with Q = 1, for several. */
  @Override
  public OutputFunction outputFunction() {
    return new OutputFunction() {
      @Override
      public Tensor value(Tensor logits, Tensor labels) {
        Tensor odds = logOdds(logits, labels);
        return odds.size(1) == 1 ? odds.squeeze(1) : perExample(logits, labels).negate();
      }

      @Override
      public Tensor lossSlope(Tensor logits, Tensor labels) {
        Tensor odds = logOdds(logits, labels);
        return odds.size(1) == 1
            ? Tensor.call("aten::sigmoid", odds.negate()).squeeze(1)
            : perExample(logits, labels).onesLike();
      }
    };
  }

  /** (2y−1)·s, {@code [b, r]}. */
  static Tensor logOdds(Tensor logits, Tensor labels) {
    return Outputs.like(logits, labels).multiply(2).add(-1).multiply(Outputs.flat(logits));
  }
}
