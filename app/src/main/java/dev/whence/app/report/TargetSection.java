package dev.whence.app.report;

import dev.whence.study.Report;
import dev.whence.study.Report.Example;
import dev.whence.study.Report.Fit;
import dev.whence.study.Report.Guess;
import dev.whence.study.Report.Influence;
import dev.whence.study.Report.Target;
import java.util.List;
import java.util.stream.Stream;

/** One target: what it is, what the model says, which training examples raised and lowered that, and how it fits. */
final class TargetSection {
  private static final int GUESSES = 3;
  private final Report report;
  private final Target target;
  private final int index;
  private final double strongest;

  TargetSection(Report report, Target target, int index) {
    this.report = report;
    this.target = target;
    this.index = index;
    this.strongest = Stream.concat(target.proponents().stream(), target.opponents().stream())
        .mapToDouble(influence -> Math.abs(influence.score())).max().orElse(0);
  }

  void draw(Markup html) {
    String heading = "target-" + index;
    html.open("article", "id", heading, "class", "target", "aria-labelledby", heading + "-name");
    subject(html, heading + "-name");
    html.open("div", "class", "sides");
    side(html, "Raised it", "up", target.proponents());
    side(html, "Lowered it", "down", target.opponents());
    html.close("div");
    charts(html);
    html.close("article");
  }

  private void subject(Markup html, String id) {
    Example example = target.example();
    Guess first = target.guesses().getFirst();
    html.open("header", "class", Examples.isPicture(example) ? "subject" : "subject wide");
    Examples.draw(html, example, "large");
    html.open("div", "class", "says");
    html.leaf("p", "Target " + example.id(), "class", "eyebrow");
    html.open("h2", "id", id).text("Predicted ").leaf("em", first.answer()).close("h2");
    verdict(html, first);
    if (first.probability().isPresent()) {
      html.open("ul", "class", "guesses", "aria-label", "Likeliest answers");
      target.guesses().stream().limit(GUESSES).forEach(guess -> guess(html, guess));
      html.close("ul");
    }
    html.open("p", "class", "measured").text(report.semantics().measurement() + " ")
        .leaf("strong", Numbers.significant(target.measurement())).text(measurementUnit()).close("p");
    html.close("div").close("header");
  }

  /** Classes are right or wrong; a value or a sequence is near its label or not, which is for the reader to see. */
  private void verdict(Markup html, Guess first) {
    String label = target.example().label();
    if (!label.isEmpty()) {
      boolean right = label.equals(first.answer());
      boolean wrong = !right && first.probability().isPresent();
      html.leaf("p", right ? "✓ as labelled" : (wrong ? "✗ " : "") + "labelled " + label, "class",
          right ? "verdict right" : wrong ? "verdict wrong" : "verdict");
    }
  }

  private static void guess(Markup html, Guess guess) {
    double probability = guess.probability().orElse(0.0);
    String share = Numbers.position(100 * Math.clamp(probability, 0, 1));
    html.open("li").leaf("span", guess.answer(), "class", "answer")
        .open("span", "class", "meter", "aria-hidden", "true")
        .open("span", "style", "width:" + share + "%").close("span").close("span")
        .leaf("span", Numbers.percent(probability), "class", "share").close("li");
  }

  private void side(Markup html, String name, String kind, List<Influence> influences) {
    html.open("section", "class", "side " + kind).leaf("h3", name);
    if (influences.isEmpty()) {
      html.leaf("p", "No training example has a score of this sign.", "class", "quiet").close("section");
      return;
    }
    boolean pictures = influences.stream().allMatch(influence -> Examples.isPicture(influence.source()));
    html.open("ol", "class", pictures ? "tiles" : "tiles list");
    influences.forEach(influence -> influence(html, influence));
    html.close("ol").close("section");
  }

  private void influence(Markup html, Influence influence) {
    Example source = influence.source();
    html.open("li", "class", "tile");
    Examples.draw(html, source, "small");
    html.open("div", "class", "caption");
    html.leaf("span", Numbers.signed(influence.score()), "class", "score");
    if (!source.label().isEmpty()) {
      html.leaf("span", source.label(), "class", "label");
    }
    html.leaf("span", source.id(), "class", "id").close("div");
    double share = strongest == 0 ? 0 : 100 * Math.abs(influence.score()) / strongest;
    html.open("span", "class", "weight", "aria-hidden", "true")
        .open("span", "style", "width:" + Numbers.position(share) + "%").close("span").close("span");
    html.close("li");
  }

  private void charts(Markup html) {
    long sources = target.scores().counts().stream().mapToLong(Long::longValue).sum();
    html.open("div", "class", "charts");
    html.open("figure").leaf("figcaption", "Scores of all " + Numbers.count(sources) + " training examples");
    new HistogramChart(target.scores()).draw(html,
        "Histogram of scores from " + Numbers.shortened(target.scores().low()) + " to "
            + Numbers.shortened(target.scores().high()),
        "score, " + report.semantics().scale() + " (heights: square root of counts)");
    html.close("figure");
    target.fit().ifPresent(fit -> fit(html, fit));
    html.close("div");
  }

  private void fit(Markup html, Fit fit) {
    html.open("figure").open("figcaption")
        .text("Foretold and measured on " + fit.predicted().size() + " subsets");
    fit.correlation().ifPresentOrElse(
        r -> html.text(", rank correlation ").leaf("strong", Numbers.correlation(r)),
        () -> html.text(", one side is constant"));
    html.close("figcaption");
    ScatterChart.draw(html, fit, "for target " + target.example().id());
    html.close("figure");
  }

  private String measurementUnit() {
    String unit = report.measurementUnit();
    return unit.equals("1") || unit.isEmpty() ? "" : " " + unit;
  }
}
