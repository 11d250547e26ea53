package dev.whence.app.report;

import java.util.List;

/**
 * Maps values onto positions of a drawing.
 *
 * @param low smallest value
 * @param high largest value, above {@code low}
 * @param from position of the smallest
 * @param to position of the largest; may lie before {@code from}
 */
record Scale(double low, double high, double from, double to) {
  private static final double MARGIN = 0.04;

  /** A scale that shows all values with a little room at both ends. */
  static Scale around(List<Double> values, double from, double to) {
    double low = values.stream().mapToDouble(Double::doubleValue).min().orElse(0);
    double high = values.stream().mapToDouble(Double::doubleValue).max().orElse(1);
    double room = high > low ? MARGIN * (high - low) : Math.max(Math.abs(low), 1) / 2;
    return new Scale(low - room, high + room, from, to);
  }

  double at(double value) {
    return from + (value - low) / (high - low) * (to - from);
  }

  double clamp(double value) {
    return Math.clamp(value, low, high);
  }

  List<Double> ticks(int about) {
    return Numbers.ticks(low, high, about);
  }
}
