package dev.whence.study;

import dev.whence.training.Checkpoint;
import java.util.List;

/**
 * The models a run attributes with.
 *
 * @param trainings each model's checkpoints in order, the last one its result
 */
public record Models(List<List<Checkpoint>> trainings) implements AutoCloseable {
  /** Copies; there is at least one model. */
  public Models {
    trainings = trainings.stream().map(List::copyOf).toList();
    if (trainings.isEmpty() || trainings.stream().anyMatch(List::isEmpty)) {
      throw new IllegalArgumentException("a run needs at least one model, and a checkpoint of each");
    }
  }

  /** The finished models. */
  public List<Checkpoint> results() {
    return trainings.stream().map(List::getLast).toList();
  }

  /** All checkpoints of all models. */
  public List<Checkpoint> all() {
    return trainings.stream().flatMap(List::stream).toList();
  }

  @Override
  public void close() {
    all().forEach(Checkpoint::close);
  }
}
