package dev.whence.algebra;

/** Quantiles by linear interpolation between order statistics (Hyndman and Fan's type 7, NumPy's default). */
public final class Quantile {
  private Quantile() {
  }

  /**
   * The p-quantile.
   *
   * @param sorted ascending, at least one
   * @param p in [0, 1]
   */
  public static double of(double[] sorted, double p) {
    if (!(p >= 0 && p <= 1) || sorted.length == 0) {
      throw new IllegalArgumentException(
          "p must be in [0, 1] of at least one value, got " + p + " of " + sorted.length);
    }
    double position = p * (sorted.length - 1);
    int below = (int) position;
    int above = Math.min(below + 1, sorted.length - 1);
    return sorted[below] + (position - below) * (sorted[above] - sorted[below]);
  }
}
