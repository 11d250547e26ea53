package dev.whence.attribution.training;

import java.io.IOException;

/**
 * An attributor that can score each training example for itself without scoring it for all others: what an example did to
 * the model's output for that example, high where the model knows it by heart, as wrong labels are. One thread at a time.
 */
public interface SelfInfluence extends TrainingDataAttributor {
  /**
   * The score of each training example for itself as a target: the diagonal of {@link #attribute} on the training
   * examples, up to rounding, for about the cost of one pass over them a model.
   *
   * @return {@code [n]}, in the order of the training examples, in the same unit and of the same sign as scores: for
   *   measurements that help when they rise, such as the margin, positive where the example helps itself
   * @throws IOException if stored gradients cannot be read
   */
  double[] selfInfluence() throws IOException;
}
