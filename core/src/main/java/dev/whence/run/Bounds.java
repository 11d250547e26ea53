package dev.whence.run;

import java.lang.reflect.RecordComponent;
import java.util.Collection;
import java.util.Optional;

/** The range of a setting. */
record Bounds(double min, double max, boolean exclusiveMin, boolean exclusiveMax) {
  static Bounds of(RecordComponent component) {
    Setting setting = component.getAnnotation(Setting.class);
    return setting == null
        ? new Bounds(Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY, false, false)
        : new Bounds(setting.min(), setting.max(), setting.exclusiveMin(), setting.exclusiveMax());
  }

  void check(String name, Object value) {
    switch (value) {
      case Number number -> check(name, number);
      case Optional<?> optional -> optional.ifPresent(one -> check(name, one));
      case Collection<?> several -> several.forEach(one -> check(name, one));
      case null -> throw new IllegalArgumentException(name + " must not be null");
      default -> {
      }
    }
  }

  private void check(String name, Number number) {
    double value = number.doubleValue();
    boolean low = exclusiveMin ? value > min : value >= min;
    boolean high = exclusiveMax ? value < max : value <= max;
    if (!low || !high) {
      throw new IllegalArgumentException(name + " must be " + text() + ", got " + number);
    }
    if (!Double.isFinite(value)) {
      throw new IllegalArgumentException(name + " must be finite, got " + number);
    }
  }

  /** Such as {@code >= 0} or {@code in [0, 1)}; empty where there is no bound. */
  String text() {
    boolean below = min != Double.NEGATIVE_INFINITY;
    boolean above = max != Double.POSITIVE_INFINITY;
    if (below && above) {
      return "in " + (exclusiveMin ? "(" : "[") + plain(min) + ", " + plain(max) + (exclusiveMax ? ")" : "]");
    }
    return below
        ? (exclusiveMin ? "> " : ">= ") + plain(min)
        : above ? (exclusiveMax ? "< " : "<= ") + plain(max) : "";
  }

  private static String plain(double bound) {
    return bound == Math.rint(bound) && Math.abs(bound) < 1e15
        ? Long.toString((long) bound)
        : Double.toString(bound);
  }
}
