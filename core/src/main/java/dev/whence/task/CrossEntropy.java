package dev.whence.task;

import dev.whence.data.Label;
import dev.whence.run.Setting;
import dev.whence.run.Settings;
import dev.whence.torch.Tensor;

/**
 * −log softmax of the label: logits {@code [b, c]} or {@code [b, c, …]}, labels {@code [b]} or {@code [b, …]} from 0; a
 * position labelled -100 does not count; several positions add up.
 *
 * @param labelSmoothing weight spread evenly over all classes, in [0, 1)
 */
public record CrossEntropy(
    @Setting(help = "weight spread evenly over all classes", min = 0, max = 1, exclusiveMax = true) double labelSmoothing)
    implements
      Classification,
      Loss.Smoothable {
  /** Checks the bound. */
  public CrossEntropy {
    Settings.check(CrossEntropy.class, labelSmoothing);
  }

  /** Without smoothing. */
  public CrossEntropy() {
    this(0);
  }

  @Override
  public Label.Kind labels() {
    return Label.Kind.CLASS;
  }

  @Override
  public Positions positions(Tensor logits, Tensor labels) {
    return Positions.classesSecond(logits, labels);
  }

  @Override
  public Tensor perExample(Tensor logits, Tensor labels) {
    return Smoothing.loss(positions(logits, labels), labelSmoothing);
  }

  @Override
  public Loss smoothed(double amount) {
    return new CrossEntropy(amount);
  }
}
