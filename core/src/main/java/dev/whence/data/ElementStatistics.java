package dev.whence.data;

import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;

/** Mean, spread, middle and most frequent value of one number over the records; NaN is a missing value. */
final class ElementStatistics {
  private final Mapping.Imputation imputation;
  private final MemoryBudget budget;
  private final Map<Double, Long> counts = new HashMap<>();
  private double[] values = new double[16];
  private long missing;
  private int size;
  private double mean;
  private double squares;

  ElementStatistics(Mapping.Imputation imputation, MemoryBudget budget) {
    this.imputation = imputation;
    this.budget = budget;
  }

  void take(double value) throws DataException {
    if (Double.isNaN(value)) {
      missing++;
      return;
    }
    if (imputation == Mapping.Imputation.MEDIAN) {
      keep(value);
    } else if (imputation == Mapping.Imputation.MODE && counts.merge(value + 0.0, 1L, Long::sum) == 1) {
      budget.take(80);
    }
    size++;
    double away = value - mean;
    mean += away / size;
    squares += away * (value - mean);
  }

  private void keep(double value) throws DataException {
    if (size == values.length) {
      budget.take(8L * size);
      values = Arrays.copyOf(values, Math.multiplyExact(size, 2));
    }
    values[size] = value;
  }

  /** What stands in for a missing value; 0 where nothing does. @throws DataException if there is no value */
  double fill(String columns) throws DataException {
    if (imputation == Mapping.Imputation.NONE || imputation == Mapping.Imputation.CONSTANT) {
      return 0;
    }
    if (size == 0) {
      throw new DataException(
          "a column of " + columns + " has no value in any row; leave it out, or state impute: constant");
    }
    return switch (imputation) {
      case MEDIAN -> median();
      case MODE -> counts.entrySet().stream()
          .min(Comparator.comparingLong((Map.Entry<Double, Long> entry) -> -entry.getValue())
              .thenComparing(Map.Entry::getKey))
          .orElseThrow().getKey();
      case NONE, MEAN, CONSTANT -> mean;
    };
  }

  private double median() {
    double[] sorted = Arrays.copyOf(values, size);
    Arrays.sort(sorted);
    return size % 2 == 1 ? sorted[size / 2] : (sorted[size / 2 - 1] + sorted[size / 2]) / 2;
  }

  /** Mean and standard deviation over n with the missing values filled in; a deviation of 1 where all are alike. */
  double[] moments(double fill) {
    double all = (double) size + missing;
    double centre = (size * mean + missing * fill) / Math.max(1, all);
    double spread = squares + size * (mean - centre) * (mean - centre)
        + missing * (fill - centre) * (fill - centre);
    double std = Math.sqrt(spread / Math.max(1, all));
    // rounding of a sum of squares, relative to the numbers themselves
    return new double[]{centre, std <= 1e-12 * Math.abs(centre) ? 1 : std};
  }
}
