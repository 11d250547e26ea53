package dev.whence.training;

import dev.whence.graph.ModelState;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * One training as it went: what methods are fitted on. Those that look at finished models take its end, those that follow the
 * training all its checkpoints. The caller who made it closes it.
 *
 * @param checkpoints in order of steps, at least one; the last one is the result
 * @param course what decides its every step; empty where that is not known, as of a model trained elsewhere
 */
public record Trajectory(List<Checkpoint> checkpoints, Optional<Course> course) implements AutoCloseable {
  /** Copies. @throws IllegalArgumentException if there is no checkpoint, or they go back in time */
  public Trajectory {
    checkpoints = List.copyOf(checkpoints);
    if (checkpoints.isEmpty()) {
      throw new IllegalArgumentException("a trajectory needs at least one checkpoint");
    }
    List<Long> steps = checkpoints.stream().filter(one -> one.step().isPresent())
        .map(one -> one.step().getAsLong()).toList();
    if (!steps.stream().sorted(Comparator.naturalOrder()).toList().equals(steps)) {
      throw new IllegalArgumentException("checkpoints must be in order of steps, got " + steps);
    }
  }

  /** A model of whose training nothing is known. */
  public static Trajectory of(Checkpoint model) {
    return new Trajectory(List.of(model), Optional.empty());
  }

  /** A model of which nothing but its numbers is known. */
  public static Trajectory of(ModelState model) {
    return of(new Checkpoint(model));
  }

  /** Models of whose training nothing is known, each by itself. */
  public static List<Trajectory> each(List<Checkpoint> models) {
    return models.stream().map(Trajectory::of).toList();
  }

  /** The finished model. */
  public Checkpoint end() {
    return checkpoints.getLast();
  }

  /** Closes the checkpoints. */
  @Override
  public void close() {
    checkpoints.forEach(Checkpoint::close);
  }
}
