package dev.whence.task;

import dev.whence.torch.Tensor;

/** A loss whose labels pick one class per position; measurements of probabilities apply to it. */
interface Classification extends Loss {
  /** Scores and labels position by position. */
  Positions positions(Tensor logits, Tensor labels);

  @Override
  default OutputFunction outputFunction() {
    return new LogOdds(this);
  }

  /**
   * Σ over positions of log p/(1−p), with Q the mean of 1−p over them: exact for one position, TRAK's form for language
   * models otherwise.
   */
  record LogOdds(Classification loss) implements OutputFunction {
    @Override
    public Tensor value(Tensor logits, Tensor labels) {
      Positions positions = loss.positions(logits, labels);
      return positions.total(positions.margin());
    }

    @Override
    public Tensor lossSlope(Tensor logits, Tensor labels) {
      Positions positions = loss.positions(logits, labels);
      return positions.mean(Tensor.call("aten::sigmoid", positions.margin().negate()));
    }
  }
}
