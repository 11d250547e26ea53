package dev.whence.evaluation;

import dev.whence.score.Axis;
import dev.whence.score.ScoreMatrix;
import dev.whence.store.Masks;
import dev.whence.store.OutcomeStore;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.OptionalDouble;

/**
 * What models retrained on subsets of the training data answered, in memory: the truth that scores are judged by. Only
 * subsets all of whose repeats are there take part. Immutable; safe for any thread.
 */
public final class SubsetTruth {
  private final Masks masks;
  private final List<String> sources;
  private final List<String> targets;
  private final double[][][] outcomes;
  private final double[][] means;

  private SubsetTruth(Masks masks, List<String> sources, List<String> targets, double[][][] outcomes) {
    this.masks = masks;
    this.sources = sources;
    this.targets = targets;
    this.outcomes = outcomes;
    this.means = mean(outcomes, (1L << outcomes.length) - 1);
  }

  /**
   * The complete subsets of a store.
   *
   * @throws IllegalArgumentException if fewer than 2 subsets are complete
   * @throws IOException if the store is damaged
   */
  public static SubsetTruth of(OutcomeStore store) throws IOException {
    List<Integer> complete = store.completeSubsets();
    var subsets = new ArrayList<BitSet>();
    int repeats = store.header().repeats();
    double[][][] outcomes = new double[repeats][store.header().outputs().size()][complete.size()];
    for (int s = 0; s < complete.size(); s++) {
      subsets.add(store.masks().bits(complete.get(s)));
      for (int repeat = 0; repeat < repeats; repeat++) {
        float[] row = store.outcomes(complete.get(s), repeat);
        for (int target = 0; target < row.length; target++) {
          outcomes[repeat][target][s] = row[target];
        }
      }
    }
    return of(Masks.of(store.masks().sources(), subsets), store.header().sources(), store.header().outputs(),
        outcomes);
  }

  /**
   * Outcomes at hand.
   *
   * @param masks {@code [s, n]}
   * @param sources n ids
   * @param targets m ids
   * @param outcomes {@code [r][m][s]}
   * @throws IllegalArgumentException if shapes do not fit or there are fewer than 2 subsets
   */
  public static SubsetTruth of(Masks masks, List<String> sources, List<String> targets,
      double[][][] outcomes) {
    if (masks.subsets() < 2) {
      throw new IllegalArgumentException(
          "at least 2 subsets with all repeats are needed, got " + masks.subsets() + "; run train again");
    }
    if (outcomes.length < 1 || outcomes.length > 62 || masks.sources() != sources.size()) {
      throw new IllegalArgumentException(
          "repeats must be in [1, 62] and sources " + masks.sources() + ", got "
              + outcomes.length + " and " + sources.size());
    }
    double[][][] copies = new double[outcomes.length][targets.size()][];
    for (int repeat = 0; repeat < outcomes.length; repeat++) {
      for (int target = 0; target < targets.size(); target++) {
        copies[repeat][target] = outcomes[repeat][target].clone();
        if (copies[repeat][target].length != masks.subsets()) {
          throw new IllegalArgumentException("outcomes of target '" + targets.get(target) + "' must be of "
              + masks.subsets() + " subsets, got " + copies[repeat][target].length);
        }
      }
    }
    return new SubsetTruth(masks, List.copyOf(sources), List.copyOf(targets), copies);
  }

  /** The subsets, {@code [s, n]}. */
  public Masks masks() {
    return masks;
  }

  /** Ids of the m targets. */
  public List<String> targets() {
    return targets;
  }

  /** How often each subset was trained on, r. */
  public int repeats() {
    return outcomes.length;
  }

  /** A target's outcomes, mean over the repeats, {@code [s]}. */
  public double[] outcomes(int target) {
    return means[target].clone();
  }

  /**
   * What scores predict for a target: the sum of the scores of the sources in each subset, {@code [s]}.
   *
   * @throws IllegalArgumentException if the axes differ, or a score was not evaluated
   */
  public double[] predictions(ScoreMatrix scores, int target) {
    checkAxes(scores);
    return predictions(scores.row(target));
  }

  /** All targets' predictions, {@code [m][s]}. @throws IllegalArgumentException as {@link #predictions(ScoreMatrix, int)} */
  double[][] predictions(ScoreMatrix scores) {
    checkAxes(scores);
    double[][] predictions = new double[targets.size()][];
    for (int target = 0; target < predictions.length; target++) {
      predictions[target] = predictions(scores.row(target));
    }
    return predictions;
  }

  /** All targets' outcomes, mean over the repeats, {@code [m][s]}; not to be written. */
  double[][] outcomes() {
    return means;
  }

  /** @throws IllegalArgumentException unless the scores are for these targets and sources */
  void checkAxes(ScoreMatrix scores) {
    checkAxis("source", scores.sources(), sources);
    checkAxis("target", scores.targets(), targets);
  }

  private double[] predictions(float[] row) {
    double[] predictions = new double[masks.subsets()];
    for (int s = 0; s < predictions.length; s++) {
      double sum = 0;
      for (long source : masks.rows(s)) {
        sum += row[(int) source];
      }
      predictions[s] = sum;
    }
    return predictions;
  }

  private static void checkAxis(String kind, Axis axis, List<String> wanted) {
    if (!axis.ids().equals(wanted)) {
      int at = 0;
      while (at < Math.min(axis.size(), wanted.size()) && axis.ids().get(at).equals(wanted.get(at))) {
        at++;
      }
      throw new IllegalArgumentException("scores must be for the outcomes' " + wanted.size() + " " + kind
          + "s in their order, got " + axis.size() + " that differ from " + kind + " " + at + " on");
    }
  }

  /**
   * About the LDS that perfect scores would reach, since outcomes themselves vary with the training seed: Spearman's ρ
   * between the means of halves of the repeats, averaged over targets and splits to r̄ first, then the Spearman–Brown
   * prophecy √(k r̄ / (1 + (k−1) r̄)) with k = repeats / half (2 for an even number: √(2r̄/(1+r̄))); 0 for r̄ ≤ 0.
   * Empty with one repeat, because it cannot be measured then, or where no target varies.
   */
  public OptionalDouble ceiling() {
    int repeats = repeats();
    int half = repeats / 2;
    if (half == 0) {
      return OptionalDouble.empty();
    }
    double[] correlations = Halves.of(repeats).stream().mapToDouble(this::agreement)
        .filter(r -> !Double.isNaN(r)).toArray();
    OptionalDouble mean = Arrays.stream(correlations).average();
    if (mean.isEmpty()) {
      return mean;
    }
    double r = mean.getAsDouble();
    double k = (double) repeats / half;
    return OptionalDouble.of(r <= 0 ? 0 : Math.sqrt(k * r / (1 + (k - 1) * r)));
  }

  /** Mean over targets of Spearman's ρ between two halves' means; NaN if no target varies. */
  private double agreement(Halves halves) {
    var columns = new PairedColumns(mean(outcomes, halves.first()), mean(outcomes, halves.second()), true);
    double[] values = new double[columns.targets()];
    int[] once = new int[masks.subsets()];
    Arrays.fill(once, 1);
    var space = new PairedColumns.Workspace(once.length);
    for (int target = 0; target < values.length; target++) {
      values[target] = columns.isConstant(target) ? Double.NaN : columns.correlation(target, once, space);
    }
    int[] every = new int[values.length];
    Arrays.fill(every, 1);
    return Bootstrap.mean(values, every);
  }

  private static double[][] mean(double[][][] outcomes, long repeats) {
    double[][] mean = new double[outcomes[0].length][];
    for (int target = 0; target < mean.length; target++) {
      mean[target] = new double[outcomes[0][target].length];
      for (int repeat = 0; repeat < outcomes.length; repeat++) {
        if ((repeats >> repeat & 1) != 0) {
          for (int s = 0; s < mean[target].length; s++) {
            mean[target][s] += outcomes[repeat][target][s] / Long.bitCount(repeats);
          }
        }
      }
    }
    return mean;
  }
}
