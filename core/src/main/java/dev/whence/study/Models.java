package dev.whence.study;

import dev.whence.training.Checkpoint;
import dev.whence.training.Trajectory;
import java.util.List;

/**
 * The models a run attributes with.
 *
 * @param trajectories how each came about
 */
public record Models(List<Trajectory> trajectories) implements AutoCloseable {
  /** Copies; there is at least one model. */
  public Models {
    trajectories = List.copyOf(trajectories);
    if (trajectories.isEmpty()) {
      throw new IllegalArgumentException("a run needs at least one model");
    }
  }

  /** The finished models. */
  public List<Checkpoint> results() {
    return trajectories.stream().map(Trajectory::end).toList();
  }

  /** All checkpoints of all models. */
  public List<Checkpoint> all() {
    return trajectories.stream().flatMap(one -> one.checkpoints().stream()).toList();
  }

  @Override
  public void close() {
    trajectories.forEach(Trajectory::close);
  }
}
