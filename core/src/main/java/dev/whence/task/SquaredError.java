package dev.whence.task;

import dev.whence.data.Label;
import dev.whence.torch.Tensor;

/** ½ Σ (prediction − label)² over an example's outputs: logits and labels of equal size, {@code [b, …]}. */
public record SquaredError() implements Loss {

  @Override
  public Label.Kind labels() {
    return Label.Kind.NUMBER;
  }

  @Override
  public Tensor perExample(Tensor logits, Tensor labels) {
    Tensor residual = Outputs.flat(logits).subtract(Outputs.like(logits, labels));
    return residual.multiply(residual).sum(1).multiply(.5);
  }

  /** The prediction itself for one output, with Q the residual; the negative loss for several, with Q = 1. */
  @Override
  public OutputFunction outputFunction() {
    return new OutputFunction() {
      @Override
      public Tensor value(Tensor logits, Tensor labels) {
        Tensor flat = Outputs.flat(logits);
        return flat.size(1) == 1 ? flat.squeeze(1) : perExample(logits, labels).negate();
      }

      @Override
      public Tensor lossSlope(Tensor logits, Tensor labels) {
        Tensor flat = Outputs.flat(logits);
        Tensor residual = Outputs.like(logits, labels).subtract(flat);
        return flat.size(1) == 1 ? residual.squeeze(1) : perExample(logits, labels).onesLike();
      }
    };
  }
}
