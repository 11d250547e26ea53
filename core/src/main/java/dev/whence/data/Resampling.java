package dev.whence.data;

import java.util.function.DoubleUnaryOperator;

/**
 * Resizes pictures by separable filters that widen when a picture shrinks, in the fixed-point arithmetic of Pillow 3.0 and
 * later, with which most training pipelines resize: in two passes, rounded to 0..255 between.
 */
final class Resampling {
  private static final int PRECISION = 32 - 8 - 2;

  private final double radius;
  private final DoubleUnaryOperator filter;

  private Resampling(double radius, DoubleUnaryOperator filter) {
    this.radius = radius;
    this.filter = filter;
  }

  static Resampling of(ImageFit.Interpolation interpolation) {
    return switch (interpolation) {
      case NEAREST -> new Resampling(0, _ -> 1);
      case BOX -> new Resampling(.5, x -> x > -.5 && x <= .5 ? 1 : 0);
      case BILINEAR -> new Resampling(1, x -> Math.max(0, 1 - Math.abs(x)));
      case BICUBIC -> new Resampling(2, Resampling::cubic);
      case LANCZOS -> new Resampling(3, x -> x >= -3 && x < 3 ? sinc(x) * sinc(x / 3) : 0);
    };
  }

  private static double cubic(double at) {
    double x = Math.abs(at);
    if (x < 1) {
      return (1.5 * x - 2.5) * x * x + 1;
    }
    return x < 2 ? ((-.5 * x + 2.5) * x - 4) * x + 2 : 0;
  }

  private static double sinc(double x) {
    return x == 0 ? 1 : Math.sin(x * Math.PI) / (x * Math.PI);
  }

  Planes resize(Planes image, int width, int height) {
    // what shrinks goes first
    return width > image.width() && height < image.height()
        ? across(down(image, height), width)
        : down(across(image, width), height);
  }

  private Planes across(Planes image, int width) {
    return width == image.width()
        ? image
        : new Planes(width, image.height(), along(image, image.height(),
            new Axis(image.width(), 1, image.width()), new Axis(width, 1, width)));
  }

  private Planes down(Planes image, int height) {
    return height == image.height()
        ? image
        : new Planes(image.width(), height, along(image, image.width(),
            new Axis(image.height(), image.width(), 1), new Axis(height, image.width(), 1)));
  }

  private int[][] along(Planes image, int lines, Axis old, Axis wanted) {
    int[][] planes = image.planes().clone();
    for (int i = 0; i < planes.length; i++) {
      planes[i] = along(planes[i], lines, old, wanted);
    }
    return planes;
  }

  /** How an axis lies in memory: its length, the step along it, and the step from one line along it to the next. */
  private record Axis(int length, int step, int line) {
  }

  private int[] along(int[] from, int lines, Axis old, Axis wanted) {
    int[] to = new int[lines * wanted.length];
    double scale = (double) old.length / wanted.length;
    double nearest = scale * .5;
    for (int at = 0; at < wanted.length; at++, nearest += scale) {
      if (radius == 0) {
        int source = Math.min(old.length - 1, (int) nearest);
        for (int line = 0; line < lines; line++) {
          to[at * wanted.step + line * wanted.line] = from[source * old.step + line * old.line];
        }
        continue;
      }
      double reach = radius * Math.max(1, scale);
      double centre = (at + .5) * scale;
      int first = Math.max(0, (int) (centre - reach + .5));
      int[] weights = weights(first, Math.min(old.length, (int) (centre + reach + .5)), centre,
          1 / Math.max(1, scale));
      for (int line = 0; line < lines; line++) {
        int sum = 1 << (PRECISION - 1);
        for (int i = 0; i < weights.length; i++) {
          sum += from[(first + i) * old.step + line * old.line] * weights[i];
        }
        to[at * wanted.step + line * wanted.line] = Math.clamp(sum >> PRECISION, 0, 255);
      }
    }
    return to;
  }

  /** The filter over the pixels from first to last, in fixed point, adding up to one. */
  private int[] weights(int first, int last, double centre, double shrink) {
    double[] exact = new double[last - first];
    double sum = 0;
    for (int i = 0; i < exact.length; i++) {
      exact[i] = filter.applyAsDouble((first + i - centre + .5) * shrink);
      sum += exact[i];
    }
    int[] weights = new int[exact.length];
    for (int i = 0; i < exact.length; i++) {
      double scaled = exact[i] / sum * (1 << PRECISION);
      weights[i] = (int) (scaled < 0 ? scaled - .5 : scaled + .5);
    }
    return weights;
  }
}
