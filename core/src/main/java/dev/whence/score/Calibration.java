package dev.whence.score;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * The one factor that turns a method's scores into the unit of the measurement, and how it was found. It says nothing
 * about single targets or sources: those may be off by as much as the scores themselves.
 *
 * @param scale what a raw score is multiplied by, finite and above 0
 * @param low lower end of its interval, above 0: where the interval reaches 0 there is no calibration
 * @param high upper end
 * @param confidence nominal coverage of the interval, such as 0.95
 * @param unit of the measurement and so of calibrated scores
 * @param basis what it was fitted on, in words, such as {@code 60 retrained subsets of half the examples}
 */
public record Calibration(double scale, double low, double high, double confidence, String unit,
    String basis) {
  /** Checks the bounds. */
  public Calibration {
    if (!(low > 0 && low <= high && scale > 0 && Double.isFinite(high) && Double.isFinite(scale))) {
      throw new IllegalArgumentException(
          "a calibration's scale and interval must be finite and above 0, got %s in [%s, %s]".formatted(scale,
              low, high));
    }
    if (!(confidence > 0 && confidence < 1)) {
      throw new IllegalArgumentException("confidence must be in (0, 1), got " + confidence);
    }
  }

  /** A sentence without its full stop. */
  public String meaning() {
    return String.format(Locale.ROOT,
        "scores are in %s, calibrated: the method's own times %.4g (%.0f %% interval %.4g to %.4g), fitted on %s",
        unit, scale, 100 * confidence, low, high, basis);
  }

  /** As maps and numbers, for JSON. */
  public Map<String, Object> values() {
    var values = new LinkedHashMap<String, Object>();
    values.put("scale", scale);
    values.put("low", low);
    values.put("high", high);
    values.put("confidence", confidence);
    values.put("unit", unit);
    values.put("basis", basis);
    return values;
  }

  /**
   * Reads what {@link #values} gave.
   *
   * @throws IllegalArgumentException if something is missing or out of bounds
   * @throws ClassCastException if something is of another type
   */
  public static Calibration of(Map<?, ?> values) {
    return new Calibration(number(values, "scale"), number(values, "low"), number(values, "high"),
        number(values, "confidence"), (String) ScoreHead.get(values, "unit"),
        (String) ScoreHead.get(values, "basis"));
  }

  private static double number(Map<?, ?> values, String name) {
    return ((Number) ScoreHead.get(values, name)).doubleValue();
  }
}
