package dev.whence.algebra;

import java.util.OptionalDouble;

/** Correlation of paired numbers; empty where one side is constant, because it is undefined there. */
public final class Correlation {
  private Correlation() {
  }

  /** Pearson's r, in [−1, 1]. @throws IllegalArgumentException if the lengths differ */
  public static OptionalDouble pearson(double[] x, double[] y) {
    if (x.length != y.length) {
      throw new IllegalArgumentException(
          "pairs must have equal lengths, got " + x.length + " and " + y.length);
    }
    double meanX = mean(x);
    double meanY = mean(y);
    double xx = 0;
    double yy = 0;
    double xy = 0;
    for (int i = 0; i < x.length; i++) {
      double dx = x[i] - meanX;
      double dy = y[i] - meanY;
      xx += dx * dx;
      yy += dy * dy;
      xy += dx * dy;
    }
    return isConstant(x) || isConstant(y) || xx == 0 || yy == 0
        ? OptionalDouble.empty()
        : OptionalDouble.of(Math.clamp(xy / Math.sqrt(xx) / Math.sqrt(yy), -1.0, 1.0));
  }

  /** Spearman's ρ: Pearson's r of average ranks. @throws IllegalArgumentException if the lengths differ */
  public static OptionalDouble spearman(double[] x, double[] y) {
    return pearson(Ranks.average(x), Ranks.average(y));
  }

  /** Whether all numbers are equal. */
  public static boolean isConstant(double[] values) {
    for (double value : values) {
      if (value != values[0]) {
        return false;
      }
    }
    return true;
  }

  private static double mean(double[] values) {
    double sum = 0;
    for (double value : values) {
      sum += value;
    }
    return sum / values.length;
  }
}
