package dev.whence.app.report;

import dev.whence.study.Report.Estimate;
import dev.whence.study.Report.Histogram;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Counts of values in bins, with marks along the axis. Bins on both sides of zero have the colours of their sign. */
final class HistogramChart {
  private static final int WIDTH = 340;
  private static final int HEIGHT = 220;
  private static final int SIDE = 10;
  private static final int BOTTOM = 36;
  private static final int TOP = 20;

  private final Histogram histogram;
  private final Scale x;
  private final List<Mark> marks = new ArrayList<>();
  private Optional<Estimate> band = Optional.empty();
  private boolean plain;

  HistogramChart(Histogram histogram) {
    this.histogram = histogram;
    this.x = new Scale(histogram.low(), histogram.high(), SIDE, WIDTH - SIDE);
  }

  /** Draws a line at this value with a name above it. */
  HistogramChart mark(double value, String name, String kind) {
    marks.add(new Mark(value, name, kind));
    return this;
  }

  /** Draws heights by the counts themselves and all bins in one quiet colour: for values whose sign means nothing. */
  HistogramChart plain() {
    plain = true;
    return this;
  }

  /** Shades an interval. */
  HistogramChart band(Estimate interval) {
    band = Optional.of(interval);
    return this;
  }

  void draw(Markup html, String description, String axis) {
    html.open("svg", "viewBox", "0 0 " + WIDTH + " " + HEIGHT, "class", plain ? "chart plain" : "chart",
        "role", "img", "aria-label",
        description);
    bars(html);
    band.ifPresent(shown -> html.empty("rect", "x", Numbers.position(x.at(x.clamp(shown.low()))), "y",
        String.valueOf(TOP), "width",
        Numbers.position(Math.max(1, x.at(x.clamp(shown.high())) - x.at(x.clamp(shown.low())))), "height",
        String.valueOf(HEIGHT - BOTTOM - TOP), "class", "band"));
    axis(html, axis);
    marks.forEach(mark -> mark(html, mark));
    html.close("svg");
  }

  private void bars(Markup html) {
    long most = histogram.counts().stream().mapToLong(Long::longValue).max().orElse(1);
    double width = (x.high() - x.low()) / histogram.counts().size();
    for (int bin = 0; bin < histogram.counts().size(); bin++) {
      long count = histogram.counts().get(bin);
      if (count == 0) {
        continue;
      }
      double low = x.low() + bin * width;
      // the square root keeps a single example visible beside a thousand
      double share = (double) count / Math.max(1, most);
      double height = Math.max(1.5, (plain ? share : Math.sqrt(share)) * (HEIGHT - BOTTOM - TOP));
      String side = low >= 0 ? "bar up" : low + width <= 0 ? "bar down" : "bar";
      html.open("rect", "x", Numbers.position(x.at(low) + 0.4), "width",
          Numbers.position(Math.max(0.8, x.at(low + width) - x.at(low) - 0.8)), "y",
          Numbers.position(HEIGHT - BOTTOM - height), "height", Numbers.position(height), "class", side);
      html.leaf("title", Numbers.count(count) + " from " + Numbers.shortened(low) + " to "
          + Numbers.shortened(low + width)).close("rect");
    }
  }

  private void axis(Markup html, String name) {
    String base = String.valueOf(HEIGHT - BOTTOM);
    html.empty("line", "x1", String.valueOf(SIDE), "x2", String.valueOf(WIDTH - SIDE), "y1", base, "y2", base,
        "class",
        "base");
    for (double tick : x.ticks(4)) {
      double at = Math.clamp(x.at(tick), SIDE + 8, WIDTH - SIDE - 8);
      html.leaf("text", Numbers.shortened(tick), "x", Numbers.position(at), "y",
          String.valueOf(HEIGHT - BOTTOM + 14),
          "class", "tick middle");
    }
    html.leaf("text", name, "x", String.valueOf(WIDTH / 2), "y", String.valueOf(HEIGHT - 5), "class",
        "axis middle");
  }

  private void mark(Markup html, Mark mark) {
    String at = Numbers.position(x.at(x.clamp(mark.value)));
    html.empty("line", "x1", at, "x2", at, "y1", String.valueOf(TOP - 4), "y2",
        String.valueOf(HEIGHT - BOTTOM), "class",
        "mark " + mark.kind);
    double text = Math.clamp(x.at(x.clamp(mark.value)), 30, WIDTH - 30);
    html.leaf("text", mark.name, "x", Numbers.position(text), "y", String.valueOf(TOP - 8), "class",
        "tick middle " + mark.kind);
  }

  private record Mark(double value, String name, String kind) {
  }
}
