package dev.whence.app.report;

import dev.whence.study.Report;
import dev.whence.study.Report.Example;
import dev.whence.study.Report.Fit;
import dev.whence.study.Report.Guess;
import dev.whence.study.Report.Influence;
import dev.whence.study.Report.Target;
import dev.whence.task.Measurements;
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
    sides(html);
    charts(html);
    html.close("article");
  }

  /** The target folded to one line, which opens on a click. */
  void fold(Markup html) {
    html.open("details", "class", "fold").open("summary");
    if (target.example().content() instanceof Report.Content.Picture(var pixels)) {
      Examples.picture(html, pixels, "", "thumb");
    }
    Examples.id(html, "span", "", target.example().id());
    html.leaf("span", target.headline().verb() + " " + target.headline().answer()
        + (target.example().label().isEmpty() ? "" : labelled()), "class", "brief");
    if (!target.reason().isEmpty()) {
      html.leaf("span", target.reason(), "class", "quiet");
    }
    html.close("summary");
    draw(html);
    html.close("details");
  }

  private String labelled() {
    return target.headline().right()
        .map(right -> right ? ", as labelled" : ", labelled " + target.example().label())
        .orElse("");
  }

  private void subject(Markup html, String id) {
    Example example = target.example();
    html.open("header", "class", Examples.isPicture(example) ? "subject" : "subject wide");
    Examples.draw(html, example, "large");
    html.open("div", "class", "says");
    Examples.id(html, "p", "Target ", example.id());
    if (!target.reason().isEmpty()) {
      html.leaf("p", "Shown as " + target.reason(), "class", "eyebrow");
    }
    html.open("h2", "id", id).text(target.headline().verb() + " ").leaf("em", target.headline().answer())
        .close("h2");
    verdict(html);
    if (target.guesses().getFirst().probability().isPresent()) {
      html.open("ul", "class", "guesses", "aria-label", "Likeliest answers");
      target.guesses().stream().limit(GUESSES).forEach(guess -> guess(html, guess));
      html.close("ul");
    }
    html.close("div");
    measured(html);
    html.close("header");
  }

  private void measured(Markup html) {
    html.open("div", "class", "measured").open("p").text("What is explained: ");
    subjectText(html);
    boolean known = target.subject().measurement().equals("prediction");
    if (!known) {
      html.text(", ").leaf("strong", Numbers.significant(target.measurement())).text(measurementUnit());
    }
    html.text(".").close("p");
    html.leaf("p", report.about().legend());
    if (!target.subject().note().isEmpty()) {
      html.open("p", "class", "differing").prose(target.subject().note()).close("p");
    }
    html.close("div");
  }

  /** Such as the margin of sklearn, the label, with the class set off. */
  private void subjectText(Markup html) {
    Report.Subject subject = target.subject();
    html.text("the " + subject.measurement());
    subject.of().ifPresent(name -> html.text(" of ").leaf("em", name));
    if (!subject.role().isEmpty()) {
      html.text((subject.of().isPresent() ? ", " : " of ") + subject.role());
    }
  }

  /** Classes are right or wrong; a value or a sequence is near its label or not, which is for the reader to see. */
  private void verdict(Markup html) {
    String label = target.example().label();
    target.headline().right().ifPresentOrElse(
        right -> html.leaf("p", right ? "✓ as labelled" : "✗ labelled " + label, "class",
            right ? "verdict right" : "verdict wrong"),
        () -> {
          if (!label.isEmpty() && target.headline().verb().equals("Predicted")) {
            html.leaf("p", "labelled " + label, "class", "verdict");
          }
        });
  }

  private static void guess(Markup html, Guess guess) {
    double probability = guess.probability().orElse(0.0);
    String share = Numbers.position(100 * Math.clamp(probability, 0, 1));
    html.open("li").leaf("span", guess.answer(), "class", "answer")
        .open("span", "class", "meter", "aria-hidden", "true")
        .open("span", "style", "width:" + share + "%").close("span").close("span")
        .leaf("span", Numbers.percent(probability), "class", "share").close("li");
  }

  private void sides(Markup html) {
    boolean one = target.proponents().isEmpty() || target.opponents().isEmpty();
    html.open("div", "class", one ? "sides one" : "sides");
    boolean signs = report.semantics().additive();
    side(html, signs ? "Raised " : "Ranked highest by " + report.method(), "up", target.proponents(), signs);
    side(html, signs ? "Lowered " : "Ranked lowest by " + report.method(), "down", target.opponents(), signs);
    html.close("div");
  }

  private void side(Markup html, String name, String kind, List<Influence> influences, boolean signs) {
    html.open("section", "class", "side " + kind).open("h3").text(name);
    if (signs) {
      subjectText(html);
    }
    html.close("h3");
    if (influences.isEmpty()) {
      html.leaf("p", "No training example did.", "class", "quiet").close("section");
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
    Examples.id(html, "span", "", source.id());
    html.close("div");
    double share = strongest == 0 ? 0 : 100 * Math.abs(influence.score()) / strongest;
    html.open("span", "class", "weight", "aria-hidden", "true")
        .open("span", "style", "width:" + Numbers.position(share) + "%").close("span").close("span");
    html.close("li");
  }

  private void charts(Markup html) {
    long sources = target.scores().counts().stream().mapToLong(Long::longValue).sum();
    html.open("div", "class", "charts");
    html.open("figure").leaf("figcaption", "Scores of all " + Numbers.count(sources)
        + " training examples; heights are square roots of counts");
    new HistogramChart(target.scores()).draw(html,
        "Histogram of scores from " + Numbers.shortened(target.scores().low()) + " to "
            + Numbers.shortened(target.scores().high()),
        "score, " + report.semantics().scale());
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
    return unit.isEmpty() || unit.equals("1") || unit.equals(Measurements.Prediction.OWN_UNIT)
        ? ""
        : " " + unit;
  }
}
