package dev.whence.training;

import java.util.Arrays;

/**
 * Which examples each step sees: a function of (seed, epoch) and the recipe, so that any step can be made again alone.
 * Keeps the order of one epoch; belongs to one thread.
 */
public final class BatchOrder {
  private static final long STREAM = 0x6f72646572L; // "order": apart from other draws of the same seed

  private final int examples;
  private final int batchSize;
  private final long stepsPerEpoch;
  private final long seed;
  private long epoch = -1;
  private long[] order = {};

  /** The order of a recipe's steps over n examples under a seed. */
  public BatchOrder(Recipe recipe, int examples, long seed) {
    this.examples = examples;
    this.batchSize = recipe.batchSize();
    this.stepsPerEpoch = recipe.stepsPerEpoch(examples);
    this.seed = seed;
  }

  /** The pass over the examples that a step belongs to, from 0. */
  public long epoch(long step) {
    return step / stepsPerEpoch;
  }

  /** Positions of the step's examples, each in [0, n). */
  public int[] positions(long step) {
    if (epoch(step) != epoch) {
      epoch = epoch(step);
      order = Permutation.of(examples, seed, STREAM, epoch);
    }
    int first = (int) (step % stepsPerEpoch) * batchSize;
    return Arrays.stream(order, first, Math.min(first + batchSize, examples)).mapToInt(Math::toIntExact)
        .toArray();
  }
}
