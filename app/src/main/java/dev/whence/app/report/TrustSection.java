package dev.whence.app.report;

import dev.whence.study.Report;
import dev.whence.study.Report.Difference;
import dev.whence.study.Report.Estimate;
import dev.whence.study.Report.Fit;
import dev.whence.study.Report.Histogram;
import dev.whence.study.Report.MethodScore;
import dev.whence.study.Report.Trust;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.DoubleStream;

/** How far to trust the scores: the methods beside each other, the shown one target by target, and all points at once. */
final class TrustSection {
  private static final int BINS = 24;
  private final Report report;
  private final Trust judgement;
  private final Scale across;

  TrustSection(Report report, Trust judgement) {
    this.report = report;
    this.judgement = judgement;
    double low = judgement.methods().stream().mapToDouble(score -> score.lds().low()).min().orElse(0);
    double high = DoubleStream.concat(judgement.methods().stream().mapToDouble(score -> score.lds().high()),
        judgement.ceiling().stream().mapToDouble(Double::doubleValue)).max().orElse(1);
    this.across = new Scale(Math.min(-0.05, low - 0.03), Math.max(0.2, high + 0.05), 0, 100);
  }

  void draw(Markup html) {
    html.open("section", "id", "trust", "class", "trust").leaf("h2", "How far to trust it");
    html.leaf("p",
        "The linear datamodeling score asks each method to predict what retraining would do. Bars are 95 % "
            + "intervals over subsets and targets at once.",
        "class", "quiet");
    methods(html);
    judgement.difference().ifPresent(difference -> difference(html, difference));
    html.close("section");
  }

  /** Target by target, behind the targets themselves. */
  void drawCharts(Markup html) {
    html.open("section", "id", "trust-by-target", "class", "trust").leaf("h2",
        "How far to trust it, target by target");
    charts(html);
    html.close("section");
  }

  private void methods(Markup html) {
    html.open("table", "class", "methods").leaf("caption", "Linear datamodeling score by method", "class",
        "hidden");
    html.open("thead").open("tr").leaf("th", "Method", "scope", "col").open("th", "scope", "col", "class",
        "plot");
    scale(html);
    html.close("th").leaf("th", "LDS", "scope", "col").leaf("th", "Time", "scope", "col", "class", "time")
        .close("tr")
        .close("thead").open("tbody");
    judgement.methods().forEach(score -> method(html, score));
    html.close("tbody").close("table");
    judgement.ceiling()
        .ifPresent(ceiling -> html.open("p", "class", "key").open("span", "class", "ceiling-key")
            .close("span")
            .text("ceiling " + Numbers.correlation(ceiling) + ": retraining against its own repeat, "
                + judgement.repeats() + " repeats of " + judgement.subsets() + " subsets")
            .close("p"));
  }

  private void scale(Markup html) {
    html.open("div", "class", "scale", "aria-hidden", "true");
    for (double tick : across.ticks(4)) {
      html.leaf("span", Numbers.shortened(tick), "style", "left:" + percent(tick));
    }
    html.close("div");
  }

  private void method(Markup html, MethodScore score) {
    boolean shown = score.method().equals(report.method());
    Estimate lds = score.lds();
    html.open("tr", "class", shown ? "shown" : "");
    html.open("th", "scope", "row").text(score.method());
    if (!score.note().isEmpty()) {
      html.leaf("span", score.note(), "class", "note");
    }
    html.close("th").open("td", "class", "plot").open("div", "class", "track", "aria-hidden", "true");
    html.open("span", "class", "zero", "style", "left:" + percent(0)).close("span");
    judgement.ceiling().ifPresent(
        ceiling -> html.open("span", "class", "ceiling", "style", "left:" + percent(ceiling)).close("span"));
    html.open("span", "class", "interval", "style", "left:" + percent(lds.low()) + ";width:"
        + Numbers.position(across.at(lds.high()) - across.at(lds.low())) + "%").close("span");
    html.open("span", "class", "mean", "style", "left:" + percent(lds.mean())).close("span").close("div")
        .close("td");
    html.open("td", "class", "value").leaf("strong", Numbers.correlation(lds.mean()))
        .leaf("span", " " + Numbers.correlation(lds.low()) + " to " + Numbers.correlation(lds.high()),
            "class", "note")
        .close("td").leaf("td", score.seconds().map(Numbers::seconds).orElse(""), "class", "time")
        .close("tr");
  }

  private void difference(Markup html, Difference difference) {
    Estimate estimate = difference.estimate();
    String verdict = estimate.low() > 0 ? "ahead of" : estimate.high() < 0 ? "behind" : "not told apart from";
    html.open("p", "class", "difference").leaf("strong", difference.first()).text(" is " + verdict + " ")
        .leaf("strong", difference.second())
        .text(": difference " + Numbers.signed(estimate.mean()) + ", 95 % interval "
            + Numbers.signed(estimate.low()) + " to " + Numbers.signed(estimate.high())
            + ", on the same resamples.")
        .close("p");
  }

  private void charts(Markup html) {
    html.open("div", "class", "charts");
    if (!judgement.perTarget().isEmpty()) {
      spread(html);
    }
    judgement.pooled().ifPresent(fit -> pooled(html, fit));
    html.close("div");
  }

  private void spread(Markup html) {
    float[] values = new float[judgement.perTarget().size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = judgement.perTarget().get(i).floatValue();
    }
    Optional<Estimate> lds = judgement.methods().stream()
        .filter(score -> score.method().equals(report.method()))
        .findFirst().map(MethodScore::lds);
    var chart = new HistogramChart(within(values)).plain();
    lds.ifPresent(
        estimate -> chart.band(estimate).mark(estimate.mean(), "mean " + Numbers.correlation(estimate.mean()),
            "accent"));
    judgement.ceiling()
        .ifPresent(ceiling -> chart.mark(ceiling, "ceiling " + Numbers.correlation(ceiling), "muted"));
    html.open("figure").leaf("figcaption",
        report.method() + ", LDS of each of " + values.length + " targets");
    chart.draw(html, "Histogram of the score of each target",
        "LDS of a target");
    html.close("figure");
  }

  /** Bins from the smallest value, or zero, to one. */
  private static Histogram within(float[] values) {
    double low = 0;
    for (float value : values) {
      low = Math.min(low, value);
    }
    double from = Math.floor(10 * low) / 10;
    Long[] counts = new Long[BINS];
    Arrays.fill(counts, 0L);
    for (float value : values) {
      counts[Math.clamp((long) Math.floor((value - from) / (1 - from) * BINS), 0, BINS - 1)]++;
    }
    return new Histogram(from, 1, List.of(counts));
  }

  private void pooled(Markup html, Fit fit) {
    html.open("figure").open("figcaption")
        .text(report.method() + ", all targets at once, standardised within each");
    fit.correlation().ifPresent(r -> html.text(", rank correlation ").leaf("strong", Numbers.correlation(r)));
    html.close("figcaption");
    ScatterChart.draw(html, fit, "for all targets");
    html.close("figure");
  }

  private String percent(double value) {
    return Numbers.position(across.at(across.clamp(value))) + "%";
  }
}
