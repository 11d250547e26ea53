package dev.whence.app.report;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Numbers as people read them: few digits, a true minus sign, the same in every locale. */
final class Numbers {
  private static final double PLAIN_FROM = 1e-3;
  private static final double PLAIN_TO = 1e6;

  private Numbers() {
  }

  /** Three significant digits. */
  static String shortened(double value) {
    if (value == 0) {
      return "0";
    }
    double size = Math.abs(value);
    if (size < PLAIN_FROM || size >= PLAIN_TO) {
      return minus(String.format(Locale.ROOT, "%.2e", value).replace("e+0", "e").replace("e-0", "e-"));
    }
    var rounded = new BigDecimal(value).round(new MathContext(3, RoundingMode.HALF_EVEN));
    return minus(rounded.scale() < 0 ? rounded.setScale(0, RoundingMode.UNNECESSARY).toPlainString()
        : rounded.toPlainString());
  }

  /** Three significant digits and always a sign. */
  static String signed(double value) {
    return value > 0 ? "+" + shortened(value) : shortened(value);
  }

  /** A correlation: three decimals. */
  static String correlation(double value) {
    return minus(String.format(Locale.ROOT, "%.3f", value));
  }

  /** A share in per cent: whole ones, or one decimal near the ends. */
  static String percent(double share) {
    double percent = 100 * share;
    boolean nearEnd = percent > 0 && percent < 1 || percent > 99 && percent < 100;
    return String.format(Locale.ROOT, nearEnd ? "%.1f %%" : "%.0f %%", percent).replace(' ', '\u00a0');
  }

  /** A whole number with separated thousands. */
  static String count(long value) {
    return String.format(Locale.ROOT, "%,d", value);
  }

  /** A position in a drawing: two decimals, no more than needed. */
  static String position(double value) {
    String text = String.format(Locale.ROOT, "%.2f", value);
    return text.endsWith(".00") ? text.substring(0, text.length() - 3) : text;
  }

  /** Round values within the range, about as many as asked for. */
  static List<Double> ticks(double low, double high, int about) {
    double raw = (high - low) / Math.max(1, about);
    double power = Math.pow(10, Math.floor(Math.log10(raw)));
    double step = power * (raw / power < 1.5 ? 1 : raw / power < 3.5 ? 2 : raw / power < 7.5 ? 5 : 10);
    var ticks = new ArrayList<Double>();
    long last = (long) Math.floor(high / step + 1e-9);
    for (long k = (long) Math.ceil(low / step - 1e-9); k <= last; k++) {
      ticks.add(k * step);
    }
    return ticks;
  }

  private static String minus(String text) {
    return text.replace('-', '\u2212');
  }
}
