package dev.whence.training;

import dev.whence.data.Examples;
import dev.whence.run.Run;
import dev.whence.run.Workers;
import java.io.IOException;

/**
 * Whatever can be trained on some examples and asked about others: a graph, gradient-boosted trees, somebody's service.
 * Implementations are safe for several threads, each training its own model.
 *
 * @param <D> what it learns from: a {@link dev.whence.data.Dataset} of tensors, or {@link dev.whence.data.Features}, plain numbers
 */
public interface Learner<D extends Examples> {
  /**
   * A model trained on these rows; the caller closes it.
   *
   * @param data the examples to choose from
   * @param rows those to train on, at least one
   * @param seed determines whatever is left to chance: the same seed and rows give the same model
   * @param run its cancellation is looked at while training
   */
  Trained<D> train(D data, long[] rows, long seed, Run run);

  /** Performs units of this learner's work side by side on the run's workers; for learners whose own threads must be held back. */
  default void sideBySide(Run run, long count, Workers.Unit unit) throws IOException {
    Workers.forEach(run, count, unit);
  }

  /**
   * A model that can be asked.
   *
   * @param <D> about what
   */
  interface Trained<D extends Examples> extends AutoCloseable {
    /** One finite number per example, {@code [m]}, in the order of the data set. */
    float[] measurements(D targets);

    /** Frees the model. */
    @Override
    void close();
  }
}
