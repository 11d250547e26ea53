package dev.whence.evaluation;

import dev.whence.algebra.Quantile;
import dev.whence.run.Seeds;
import dev.whence.run.Setting;
import dev.whence.run.Settings;
import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * Percentile bootstrap of a mean or median over targets, where each target's number is computed from the same subsets
 * (see docs/evaluation.md). Resample b is a function of (seed, b) alone: two statistics bootstrapped with equal
 * settings, subsets and targets see the same resamples.
 *
 * @param resamples how many
 * @param confidence nominal coverage
 * @param seed of the draws
 */
public record Bootstrap(@Setting(help = "bootstrap resamples", min = 1000) int resamples,
    @Setting(help = "nominal coverage of the intervals", min = 0, max = 1, exclusiveMin = true, exclusiveMax = true) double confidence,
    @Setting(help = "seed of the resamples") long seed) {
  /** Checks the bounds. */
  public Bootstrap {
    Settings.check(Bootstrap.class, resamples, confidence, seed);
  }

  /** 2,000 resamples at 95 %. */
  public Bootstrap() {
    this(2000, .95, 0);
  }

  /** A number per target, from subsets that count several times or not at all. */
  @FunctionalInterface
  interface Statistic {
    /** NaN where it is undefined for this resample. */
    double of(int target, int[] counts);
  }

  /**
   * The intervals of the mean of a statistic.
   *
   * @param targets those that take part
   * @param subsets how many
   * @throws IllegalArgumentException if the statistic is undefined in more than half of the resamples
   */
  Intervals intervals(int[] targets, int subsets, Statistic statistic) {
    return intervals(targets, subsets, statistic, Bootstrap::mean);
  }

  /** One number from those of the targets, each of which counts several times or not at all. */
  @FunctionalInterface
  interface Summary {
    /** NaN where no value is defined. */
    double of(double[] values, int[] counts);
  }

  /** As {@link #intervals(int[], int, Statistic)}, of another summary than the mean. */
  Intervals intervals(int[] targets, int subsets, Statistic statistic, Summary summary) {
    double[] whole = all(targets, ones(subsets), statistic);
    double[] twoLevel = new double[resamples];
    double[] overSubsets = new double[resamples];
    double[] overTargets = new double[resamples];
    int[] everyTarget = ones(targets.length);
    for (int b = 0; b < resamples; b++) {
      var random = new SplittableRandom(Seeds.derive(seed, b));
      double[] values = all(targets, draw(random, subsets), statistic);
      int[] drawn = draw(random, targets.length);
      twoLevel[b] = summary.of(values, drawn);
      overSubsets[b] = summary.of(values, everyTarget);
      overTargets[b] = summary.of(whole, drawn);
    }
    return new Intervals(interval(twoLevel), interval(overSubsets), interval(overTargets));
  }

  private static double[] all(int[] targets, int[] counts, Statistic statistic) {
    double[] values = new double[targets.length];
    for (int i = 0; i < targets.length; i++) {
      values[i] = statistic.of(targets[i], counts);
    }
    return values;
  }

  private static int[] draw(SplittableRandom random, int items) {
    int[] counts = new int[items];
    for (int i = 0; i < items; i++) {
      counts[random.nextInt(items)]++;
    }
    return counts;
  }

  private static int[] ones(int items) {
    int[] ones = new int[items];
    Arrays.fill(ones, 1);
    return ones;
  }

  /** Over the defined values; NaN if none is. */
  static double mean(double[] values, int[] counts) {
    double sum = 0;
    int drawn = 0;
    for (int i = 0; i < values.length; i++) {
      if (counts[i] > 0 && !Double.isNaN(values[i])) {
        sum += counts[i] * values[i];
        drawn += counts[i];
      }
    }
    return drawn == 0 ? Double.NaN : sum / drawn;
  }

  /** The middle of the defined values; NaN if none is. */
  static double median(double[] values, int[] counts) {
    double[] drawn = new double[Arrays.stream(counts).sum()];
    int size = 0;
    for (int i = 0; i < values.length; i++) {
      for (int k = 0; k < counts[i] && !Double.isNaN(values[i]); k++) {
        drawn[size++] = values[i];
      }
    }
    double[] sorted = Arrays.stream(drawn, 0, size).sorted().toArray();
    return size == 0 ? Double.NaN : Quantile.of(sorted, .5);
  }

  private Interval interval(double[] means) {
    double[] defined = Arrays.stream(means).filter(mean -> !Double.isNaN(mean)).sorted().toArray();
    if (defined.length < means.length / 2) {
      throw new IllegalArgumentException("only " + defined.length + " of " + means.length
          + " resamples vary; more subsets are needed for an interval");
    }
    return new Interval(Quantile.of(defined, (1 - confidence) / 2),
        Quantile.of(defined, (1 + confidence) / 2),
        confidence);
  }
}
