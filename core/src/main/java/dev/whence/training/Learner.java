package dev.whence.training;

import dev.whence.data.Dataset;
import dev.whence.run.Run;

/**
 * Whatever can be trained on some examples and asked about others: a graph, gradient-boosted trees, somebody's service.
 * Implementations are safe for several threads, each training its own model.
 */
public interface Learner {
  /**
   * A model trained on these rows; the caller closes it.
   *
   * @param data the examples to choose from
   * @param rows those to train on, at least one
   * @param seed determines whatever is left to chance: the same seed and rows give the same model
   * @param run its cancellation is looked at while training
   */
  Trained train(Dataset data, long[] rows, long seed, Run run);

  /** A model that can be asked. */
  interface Trained extends AutoCloseable {
    /** One finite number an example, {@code [m]}, in the order of the data set. */
    float[] measurements(Dataset targets);

    /** Frees the model. */
    @Override
    void close();
  }
}
