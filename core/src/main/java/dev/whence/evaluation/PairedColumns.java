package dev.whence.evaluation;

import dev.whence.algebra.Correlation;
import dev.whence.algebra.Ranks;

/**
 * Predictions and outcomes of several targets, prepared so that the correlation over a resample of the subsets costs
 * no sorting. Immutable; safe for any thread.
 */
final class PairedColumns {
  private final Side[] predictions;
  private final Side[] outcomes;
  private final boolean[] constant;

  /** Both {@code [targets][subsets]}; correlates their ranks (Spearman) or their values (Pearson). */
  PairedColumns(double[][] predictions, double[][] outcomes, boolean ranks) {
    this.predictions = new Side[predictions.length];
    this.outcomes = new Side[predictions.length];
    this.constant = new boolean[predictions.length];
    for (int target = 0; target < predictions.length; target++) {
      this.predictions[target] = new Side(predictions[target], ranks);
      this.outcomes[target] = new Side(outcomes[target], ranks);
      this.constant[target] = Correlation.isConstant(predictions[target])
          || Correlation.isConstant(outcomes[target]);
    }
  }

  int targets() {
    return predictions.length;
  }

  /** Whether predictions or outcomes of the target do not vary over the subsets. */
  boolean isConstant(int target) {
    return constant[target];
  }

  /** Whether the target's predictions vary over the subsets, whatever its outcomes do. */
  boolean isPredicted(int target) {
    return !Correlation.isConstant(predictions[target].values);
  }

  /** Least squares' slope of outcomes on predictions where subset s counts {@code counts[s]} times; NaN where predictions do not vary. */
  double slope(int target, int[] counts, Workspace space) {
    double meanX = predictions[target].resample(counts, space.x);
    double meanY = outcomes[target].resample(counts, space.y);
    double xx = 0;
    double xy = 0;
    for (int s = 0; s < counts.length; s++) {
      double dx = space.x[s] - meanX;
      xx += counts[s] * dx * dx;
      xy += counts[s] * dx * (space.y[s] - meanY);
    }
    return xx > 0 ? xy / xx : Double.NaN;
  }

  /** The correlation where subset s counts {@code counts[s]} times; NaN where one side does not vary. */
  double correlation(int target, int[] counts, Workspace space) {
    double meanX = predictions[target].resample(counts, space.x);
    double meanY = outcomes[target].resample(counts, space.y);
    double xx = 0;
    double yy = 0;
    double xy = 0;
    for (int s = 0; s < counts.length; s++) {
      double dx = space.x[s] - meanX;
      double dy = space.y[s] - meanY;
      xx += counts[s] * dx * dx;
      yy += counts[s] * dy * dy;
      xy += counts[s] * dx * dy;
    }
    return xx > 0 && yy > 0 ? Math.clamp(xy / Math.sqrt(xx * yy), -1.0, 1.0) : Double.NaN;
  }

  /** Room for one thread. */
  static final class Workspace {
    private final double[] x;
    private final double[] y;

    Workspace(int subsets) {
      this.x = new double[subsets];
      this.y = new double[subsets];
    }
  }

  /** One side of one target's pairs. */
  private static final class Side {
    private final double[] values;
    private final int[] order;
    private final int[] tieEnds;
    private final boolean ranks;

    Side(double[] values, boolean ranks) {
      this.values = values.clone();
      this.order = Ranks.order(values);
      this.tieEnds = new int[order.length];
      for (int at = 0; at < order.length; at++) {
        tieEnds[at] = Ranks.endOfTie(values, order, at);
      }
      this.ranks = ranks;
    }

    /** Fills in what the drawn subsets have, returns its mean; entries drawn zero times are of no meaning. */
    double resample(int[] counts, double[] into) {
      return ranks ? resampleRanks(counts, into) : resampleValues(counts, into);
    }

    private double resampleRanks(int[] counts, double[] into) {
      int before = 0;
      for (int from = 0, to; from < order.length; from = to) {
        to = tieEnds[from];
        int tied = counts[order[from]];
        for (int at = from + 1; at < to; at++) {
          tied += counts[order[at]];
        }
        double rank = before + (tied + 1) / 2.0;
        for (int at = from; at < to; at++) {
          into[order[at]] = rank;
        }
        before += tied;
      }
      return (before + 1) / 2.0;
    }

    private double resampleValues(int[] counts, double[] into) {
      double sum = 0;
      int drawn = 0;
      double first = Double.NaN;
      boolean varies = false;
      for (int s = 0; s < counts.length; s++) {
        into[s] = values[s];
        if (counts[s] > 0) {
          sum += counts[s] * values[s];
          drawn += counts[s];
          varies |= drawn > counts[s] && values[s] != first;
          first = values[s];
        }
      }
      return varies ? sum / drawn : first;
    }
  }
}
