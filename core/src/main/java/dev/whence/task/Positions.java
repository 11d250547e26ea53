package dev.whence.task;

import dev.whence.data.Label;
import dev.whence.torch.DType;
import dev.whence.torch.Tensor;
import java.util.Arrays;

/**
 * Class scores and labels of every position of every example, brought to one form: scores {@code [b, r, c]}, labels {@code
 * [b, r]}, and 1 where a position counts and 0 where its label is ignored.
 */
record Positions(Tensor scores, Tensor labels, Tensor counted) {
  /** From PyTorch's layout for classification, classes on axis 1: {@code [b, c, …]} with labels {@code [b, …]}. */
  static Positions classesSecond(Tensor logits, Tensor labels) {
    if (logits.rank() < 2) {
      throw new IllegalArgumentException("class scores need shape [b, classes, …], got " + logits);
    }
    Tensor scores = logits.rank() == 2
        ? logits.unsqueeze(1)
        : logits.flatten(2, -1).transpose(1, 2);
    return of(scores, labels);
  }

  /** From the layout of language models, classes on the last axis: {@code [b, t, c]} with labels {@code [b, t]}. */
  static Positions classesLast(Tensor logits, Tensor labels) {
    if (logits.rank() < 2) {
      throw new IllegalArgumentException("token scores need shape [b, t, vocabulary], got " + logits);
    }
    return of(logits.rank() == 2 ? logits.unsqueeze(1) : logits.flatten(1, -2), labels);
  }

  private static Positions of(Tensor scores, Tensor labels) {
    long b = scores.size(0);
    long r = scores.size(1);
    if (labels.dtype().isFloating()) {
      throw new IllegalArgumentException("class labels must be whole numbers, got " + labels);
    }
    if (labels.size(0) != b || labels.elements() != b * r) {
      throw new IllegalArgumentException("scores " + Arrays.toString(scores.shape())
          + " (examples, positions, classes) need one label a position, got labels of shape "
          + Arrays.toString(labels.shape()));
    }
    Tensor flat = labels.to(DType.INT64).reshape(b, r);
    Tensor counted = Tensor.call("aten::ne.Scalar", flat, Label.IGNORED).to(scores.dtype());
    return new Positions(scores, Tensor.call("aten::clamp", flat, 0L), counted);
  }

  private Tensor index() {
    return labels.unsqueeze(2);
  }

  /** The label's own score, {@code [b, r]}. */
  Tensor labelScore() {
    return Tensor.call("aten::gather", scores, 2, index()).squeeze(2);
  }

  /** Log-probability of the label, {@code [b, r]}. */
  Tensor logProbability() {
    return labelScore().subtract(Tensor.call("aten::logsumexp", scores, new long[]{2}));
  }

  /** The other classes' scores, the label's own replaced by -∞, {@code [b, r, c]}. */
  private Tensor others() {
    if (scores.size(2) < 2) {
      throw new IllegalArgumentException("a margin needs at least 2 classes, got " + scores.size(2));
    }
    return Tensor.call("aten::scatter.value", scores, 2, index(), Double.NEGATIVE_INFINITY);
  }

  /** log p/(1−p) of the label from the scores, never from p, {@code [b, r]}. */
  Tensor margin() {
    return labelScore().subtract(Tensor.call("aten::logsumexp", others(), new long[]{2}));
  }

  /** The label's score over the best other one, {@code [b, r]}. */
  Tensor hardMargin() {
    return labelScore().subtract(Tensor.call("aten::amax", others(), new long[]{2}));
  }

  /** Mean log-probability over all classes, {@code [b, r]}: what label smoothing adds. */
  Tensor meanLogProbability() {
    return Tensor.call("aten::mean.dim", Tensor.call("aten::log_softmax.int", scores, 2), new long[]{2});
  }

  /** Sum over the positions that count, {@code [b]}. */
  Tensor total(Tensor perPosition) {
    // where, not a product: an ignored position may be infinite
    Tensor kept = Tensor.call("aten::where.ScalarOther", Tensor.call("aten::gt.Scalar", counted, 0L),
        perPosition, 0.0);
    return kept.sum(1);
  }

  /** Mean over the positions that count, {@code [b]}; 0 where none does. */
  Tensor mean(Tensor perPosition) {
    return total(perPosition).divide(Tensor.call("aten::clamp", counted.sum(1), 1.0));
  }
}
