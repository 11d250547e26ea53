package dev.whence.attribution.training;

import dev.whence.data.Dataset;
import dev.whence.run.Run;
import dev.whence.task.Task;
import dev.whence.training.Checkpoint;
import java.io.IOException;
import java.util.List;

/**
 * A way to score training examples for a model's outputs. A new method is one record, named by {@link
 * dev.whence.run.Named}, with a line in {@code META-INF/services}.
 */
public interface TrainingDataMethod {
  /** Whether the method wants the checkpoints along each training, not the finished models alone. */
  default boolean followsTraining() {
    return false;
  }

  /** Whether the method wants the learning rate of every checkpoint. */
  default boolean weighsByRate() {
    return false;
  }

  /**
   * Does what needs the training data alone.
   *
   * @param task what is explained; borrowed until the attributor is closed
   * @param models the models or checkpoints the scores are averaged over, at least one; borrowed likewise
   * @param training the examples the models were trained on
   * @param run seeds, workers, progress; where it has a folder, finished work is kept there and taken up again
   * @return an attributor that the caller closes; a {@link SelfInfluence} where examples can be scored for themselves
   *   without being scored for all others
   * @throws IOException if the run's folder cannot be read or written
   * @throws IllegalArgumentException if the task lacks what the method needs, saying what
   */
  TrainingDataAttributor fit(Task.Differentiable task, List<Checkpoint> models, Dataset training, Run run)
      throws IOException;
}
