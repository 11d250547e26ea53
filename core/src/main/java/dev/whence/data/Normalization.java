package dev.whence.data;

import java.util.List;

/**
 * How a number from the file becomes the number in the tensor: {@code (value · scale + shift − mean) / std}, computed
 * in double precision. Each list has one entry for all elements, or one for each index of the shape's first axis
 * (the channels of an image).
 *
 * @param scale first factor
 * @param shift added after it
 * @param mean subtracted then
 * @param std divides last; not 0
 */
public record Normalization(List<Double> scale, List<Double> shift, List<Double> mean, List<Double> std) {
  /** Leaves numbers as they are. */
  public static final Normalization NONE = new Normalization(List.of(1.), List.of(0.), List.of(0.),
      List.of(1.));

  /** Checks and copies. */
  public Normalization {
    scale = checked("scale", scale);
    shift = checked("shift", shift);
    mean = checked("mean", mean);
    std = checked("std", std);
    if (std.contains(0.)) {
      throw new IllegalArgumentException("std must not be 0, got " + std);
    }
  }

  /** {@code value · scale + shift}. */
  public static Normalization linear(double scale, double shift) {
    return new Normalization(List.of(scale), List.of(shift), NONE.mean, NONE.std);
  }

  /** {@code (value − mean) / std}. */
  public static Normalization standard(double mean, double std) {
    return new Normalization(NONE.scale, NONE.shift, List.of(mean), List.of(std));
  }

  private static List<Double> checked(String name, List<Double> values) {
    List<Double> copy = List.copyOf(values);
    if (copy.isEmpty() || !copy.stream().allMatch(Double::isFinite)) {
      throw new IllegalArgumentException(name + " must be one or more finite numbers, got " + values);
    }
    return copy;
  }

  /** How many different entries the longest list has. */
  int channels() {
    return Math.max(Math.max(scale.size(), shift.size()), Math.max(mean.size(), std.size()));
  }

  double apply(double value, int channel) {
    return (value * at(scale, channel) + at(shift, channel) - at(mean, channel)) / at(std, channel);
  }

  /** Values of one example before {@link #apply}, row-major; the channels are equal blocks of them. */
  double[] undone(double[] values) {
    int block = Math.max(1, values.length / channels());
    double[] before = new double[values.length];
    for (int i = 0; i < values.length; i++) {
      int channel = Math.min(channels() - 1, i / block);
      before[i] = at(scale, channel) == 0
          ? values[i]
          : (values[i] * at(std, channel) + at(mean, channel) - at(shift, channel)) / at(scale, channel);
    }
    return before;
  }

  private static double at(List<Double> values, int channel) {
    return values.get(values.size() == 1 ? 0 : channel);
  }
}
