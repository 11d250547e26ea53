package dev.whence.task;

import dev.whence.data.Label;
import dev.whence.run.Setting;
import dev.whence.run.Settings;
import dev.whence.torch.Tensor;

/**
 * −Σ log-probability of the next tokens: logits {@code [b, t, vocabulary]}, labels {@code [b, t]}, where label t is the token
 * that follows position t (already shifted) and -100 marks padding.
 *
 * @param labelSmoothing weight spread evenly over the vocabulary, in [0, 1)
 */
public record NextToken(
    @Setting(help = "weight spread evenly over all classes", min = 0, max = 1, exclusiveMax = true) double labelSmoothing)
    implements
      Classification,
      Loss.Smoothable {
  /** Checks the bound. */
  public NextToken {
    Settings.check(NextToken.class, labelSmoothing);
  }

  /** Without smoothing. */
  public NextToken() {
    this(0);
  }

  @Override
  public Label.Kind labels() {
    return Label.Kind.TOKENS;
  }

  @Override
  public Positions positions(Tensor logits, Tensor labels) {
    return Positions.classesLast(logits, labels);
  }

  @Override
  public Tensor perExample(Tensor logits, Tensor labels) {
    return Smoothing.loss(positions(logits, labels), labelSmoothing);
  }

  @Override
  public Loss smoothed(double amount) {
    return new NextToken(amount);
  }
}
