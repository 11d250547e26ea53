package dev.whence.training;

import dev.whence.graph.ModelState;
import java.util.Objects;

/**
 * A model as training left it: what methods are fitted on. The caller who made it closes it.
 *
 * @param state parameters and buffers
 * @param step number of steps made; 0 where that is not known
 * @param learningRate of the step that led here; 0 where that is not known
 */
public record Checkpoint(ModelState state, long step, double learningRate) implements AutoCloseable {
  /** Checks. */
  public Checkpoint {
    Objects.requireNonNull(state);
    if (step < 0) {
      throw new IllegalArgumentException("step must be >= 0, got " + step);
    }
    if (!(learningRate >= 0)) {
      throw new IllegalArgumentException("learning rate must be >= 0, got " + learningRate);
    }
  }

  /** Closes the state. */
  @Override
  public void close() {
    state.close();
  }
}
