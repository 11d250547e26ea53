package dev.whence.app.report;

import dev.whence.study.Report.Fit;
import java.util.List;

/** Predicted against actual: a point a subset, with the least-squares line. */
final class ScatterChart {
  private static final int WIDTH = 340;
  private static final int HEIGHT = 250;
  private static final int LEFT = 46;
  /** What the axis's name takes, and a character of a tick beside it. */
  private static final int NAME = 28;
  private static final double CHARACTER = 6.6;
  private static final int BOTTOM = 40;
  private static final int TOP = 8;
  private static final int RIGHT = 8;
  private static final int MOST_POINTS = 1500;

  private final Scale x;
  private final Scale y;
  private final Fit fit;
  private final int left;

  private ScatterChart(Fit fit) {
    this.fit = fit;
    this.y = Scale.around(fit.actual(), HEIGHT - BOTTOM, TOP);
    int longest = y.ticks(4).stream().mapToInt(tick -> Numbers.shortened(tick).length()).max().orElse(0);
    this.left = Math.max(LEFT, NAME + (int) Math.ceil(CHARACTER * longest));
    this.x = Scale.around(fit.predicted(), left, WIDTH - RIGHT);
  }

  /** Draws the chart; {@code subject} completes "Predicted against actual …" for those who cannot see it. */
  static void draw(Markup html, Fit fit, String subject) {
    new ScatterChart(fit).draw(html, subject);
  }

  private void draw(Markup html, String subject) {
    html.open("svg", "viewBox", "0 0 " + WIDTH + " " + HEIGHT, "class", "chart", "role", "img", "aria-label",
        "Predicted against actual " + subject + ": " + fit.predicted().size() + " points"
            + fit.correlation().map(r -> ", rank correlation " + Numbers.correlation(r)).orElse(""));
    axes(html);
    line(html);
    points(html);
    html.close("svg");
  }

  private void axes(Markup html) {
    for (double tick : x.ticks(4)) {
      String at = Numbers.position(x.at(tick));
      html.empty("line", "x1", at, "x2", at, "y1", String.valueOf(TOP), "y2", String.valueOf(HEIGHT - BOTTOM),
          "class",
          "grid");
      html.leaf("text", Numbers.shortened(tick), "x", at, "y", String.valueOf(HEIGHT - BOTTOM + 15), "class",
          "tick middle");
    }
    for (double tick : y.ticks(4)) {
      String at = Numbers.position(y.at(tick));
      html.empty("line", "x1", String.valueOf(left), "x2", String.valueOf(WIDTH - RIGHT), "y1", at, "y2", at,
          "class",
          "grid");
      html.leaf("text", Numbers.shortened(tick), "x", String.valueOf(left - 6), "y",
          Numbers.position(y.at(tick) + 4),
          "class", "tick end");
    }
    html.leaf("text", "predicted by the scores →", "x", String.valueOf((left + WIDTH - RIGHT) / 2), "y",
        String.valueOf(HEIGHT - 6), "class", "axis middle");
    int middle = (TOP + HEIGHT - BOTTOM) / 2;
    html.leaf("text", "measured after retraining →", "x", "10", "y", String.valueOf(middle), "transform",
        "rotate(-90 10 " + middle + ")", "class", "axis middle");
  }

  private void line(Markup html) {
    double meanX = mean(fit.predicted());
    double meanY = mean(fit.actual());
    double covariance = 0;
    double variance = 0;
    for (int i = 0; i < fit.predicted().size(); i++) {
      double dx = fit.predicted().get(i) - meanX;
      covariance += dx * (fit.actual().get(i) - meanY);
      variance += dx * dx;
    }
    if (variance == 0) {
      return;
    }
    double slope = covariance / variance;
    html.empty("line", "x1", Numbers.position(x.at(x.low())), "y1",
        Numbers.position(y.at(y.clamp(meanY + slope * (x.low() - meanX)))), "x2",
        Numbers.position(x.at(x.high())), "y2",
        Numbers.position(y.at(y.clamp(meanY + slope * (x.high() - meanX)))), "class", "trend");
  }

  private void points(Markup html) {
    int count = fit.predicted().size();
    int stride = Math.max(1, (count + MOST_POINTS - 1) / MOST_POINTS);
    html.open("g", "class", count / stride > 200 ? "points many" : "points");
    for (int i = 0; i < count; i += stride) {
      html.empty("circle", "cx", Numbers.position(x.at(fit.predicted().get(i))), "cy",
          Numbers.position(y.at(fit.actual().get(i))), "r", count / stride > 200 ? "1.7" : "3.2");
    }
    html.close("g");
  }

  private static double mean(List<Double> values) {
    return values.stream().mapToDouble(Double::doubleValue).average().orElse(0);
  }
}
