package dev.whence.attribution.training;

import dev.whence.data.Dataset;
import dev.whence.run.Run;
import dev.whence.task.Task;
import dev.whence.training.Checkpoint;
import dev.whence.training.Trajectory;
import java.io.IOException;
import java.util.List;

/**
 * A way to score training examples for a model's outputs. A new method is one record, named by {@link
 * dev.whence.run.Named}, with a line in {@code META-INF/services}.
 */
public interface TrainingDataMethod {
  /** The models whose scores are averaged or added: the finished ones, unless the method follows each training. */
  default List<Checkpoint> models(List<Trajectory> trajectories) {
    return trajectories.stream().map(Trajectory::end).toList();
  }

  /** Whether the method wants the learning rate of every checkpoint. */
  default boolean weighsByRate() {
    return false;
  }

  /**
   * Does what needs the training data alone.
   *
   * @param task what is explained; borrowed until the attributor is closed
   * @param trajectories the trainings of the models that are looked at, at least one; borrowed likewise
   * @param training the examples the models were trained on
   * @param run seeds, workers, progress; where it has a folder, finished work is kept there and found again
   * @return an attributor that the caller closes; a {@link SelfInfluence} where examples can be scored for themselves
   *   without being scored for all others
   * @throws IOException if the run's folder cannot be read or written
   * @throws IllegalArgumentException if the task lacks what the method needs, saying what
   */
  TrainingDataAttributor fit(Task.Differentiable task, List<Trajectory> trajectories, Dataset training,
      Run run)
      throws IOException;
}
