package dev.whence.training;

import dev.whence.data.Batch;
import dev.whence.torch.DType;
import dev.whence.torch.Tensor;
import java.util.Objects;
import java.util.Optional;

/**
 * All that decides which examples each step of a training sees, at which rate: any step can be made again alone, by a {@link
 * TrainingStep}. Immutable.
 *
 * @param recipe how the model is trained
 * @param examples on which
 * @param seed of order and dropout
 */
public record Course(Recipe recipe, TrainingSet examples, long seed) {
  /** Checks. @throws IllegalArgumentException if an epoch would have no batch */
  public Course {
    Objects.requireNonNull(examples);
    recipe.stepsPerEpoch(examples.size());
  }

  /** Number of updates, at least 1. */
  public long steps() {
    return recipe.totalSteps(examples.size());
  }

  /** The learning rate of a step, from 0. */
  public double rate(long step) {
    return recipe.rate(requireStep(step), steps());
  }

  /** Which examples the steps see; for one thread. */
  public BatchOrder order() {
    return new BatchOrder(recipe, examples.size(), seed);
  }

  /** The examples at those positions of the training set. */
  public Batch batch(int[] positions) {
    long[] rows = new long[positions.length];
    for (int i = 0; i < rows.length; i++) {
      rows[i] = examples.row(positions[i]);
    }
    return examples.data().batch(rows);
  }

  /** The weights of the examples at those positions, {@code [b]}, in the caller's scope; empty where all are 1. */
  public Optional<Tensor> weights(int[] positions, DType dtype) {
    if (examples.weight(positions[0]).isEmpty()) {
      return Optional.empty();
    }
    double[] weights = new double[positions.length];
    for (int i = 0; i < weights.length; i++) {
      weights[i] = examples.weight(positions[i]).orElse(1);
    }
    return Optional.of(Tensor.of(weights, weights.length).to(dtype));
  }

  private long requireStep(long step) {
    if (step < 0 || step >= steps()) {
      throw new IllegalArgumentException("step must be in [0, " + steps() + "), got " + step);
    }
    return step;
  }
}
