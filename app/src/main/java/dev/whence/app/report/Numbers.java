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

  /** At most three significant digits: for ticks and edges. */
  static String shortened(double value) {
    String text = significant(value);
    return text.contains(".") && !text.contains("e")
        ? text.replaceAll("0+$", "").replaceAll("\\.$", "")
        : text;
  }

  /** Three significant digits. */
  static String significant(double value) {
    if (value == 0) {
      return "0";
    }
    double size = Math.abs(value);
    if (size < PLAIN_FROM || size >= PLAIN_TO) {
      return minus(String.format(Locale.ROOT, "%.2e", value).replace("e+0", "e").replace("e-0", "e-"));
    }
    var rounded = new BigDecimal(value).round(new MathContext(3, RoundingMode.HALF_EVEN));
    int scale = Math.max(0, 3 - (rounded.precision() - rounded.scale()));
    return minus(rounded.setScale(scale, RoundingMode.HALF_EVEN).toPlainString());
  }

  /** Three significant digits and always a sign. */
  static String signed(double value) {
    return value > 0 ? "+" + significant(value) : significant(value);
  }

  /** A correlation: three decimals. */
  static String correlation(double value) {
    return minus(String.format(Locale.ROOT, "%.3f", value));
  }

  /** A share in per cent: whole ones, or one decimal near the ends, never rounded to none or all. */
  static String percent(double share) {
    double percent = 100 * share;
    String text = percent > 99.9 && percent < 100
        ? ">99.9"
        : percent < 0.1 && percent > 0
            ? "<0.1"
            : String.format(Locale.ROOT, Math.abs(percent - 50) > 49 ? "%.1f" : "%.0f", percent);
    return text.replace(".0", "") + "\u00a0%";
  }

  /** A time: tenths of a second below a minute, minutes and seconds above. */
  static String seconds(double value) {
    if (value < 0.1) {
      return "<0.1\u00a0s";
    }
    return value < 60
        ? String.format(Locale.ROOT, "%.1f\u00a0s", value)
        : String.format(Locale.ROOT, "%d\u00a0min %02d\u00a0s", Math.round(value) / 60,
            Math.round(value) % 60);
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
