package dev.whence.training;

import dev.whence.graph.ModelState;
import java.util.Objects;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * A model as training left it: what methods are fitted on. The caller who made it closes it.
 *
 * @param state parameters and buffers
 * @param step number of steps made, at least 0; empty where that is not known
 * @param learningRate of the step that led here, at least 0; empty where that is not known
 */
public record Checkpoint(ModelState state, OptionalLong step,
    OptionalDouble learningRate) implements AutoCloseable {
  /** Checks. */
  public Checkpoint {
    Objects.requireNonNull(state);
    if (step.isPresent() && step.getAsLong() < 0) {
      throw new IllegalArgumentException("step must be >= 0, got " + step.getAsLong());
    }
    if (learningRate.isPresent()
        && !(learningRate.getAsDouble() >= 0 && Double.isFinite(learningRate.getAsDouble()))) {
      throw new IllegalArgumentException(
          "learning rate must be >= 0 and finite, got " + learningRate.getAsDouble());
    }
  }

  /** A model of which nothing but its numbers is known. */
  public Checkpoint(ModelState state) {
    this(state, OptionalLong.empty(), OptionalDouble.empty());
  }

  /** A model after so many steps, the last one made at this rate. */
  public Checkpoint(ModelState state, long step, double learningRate) {
    this(state, OptionalLong.of(step), OptionalDouble.of(learningRate));
  }

  /** The same model, the rate of the step that led to it known. */
  public Checkpoint withLearningRate(double rate) {
    return new Checkpoint(state, step, OptionalDouble.of(rate));
  }

  /** Closes the state. */
  @Override
  public void close() {
    state.close();
  }
}
