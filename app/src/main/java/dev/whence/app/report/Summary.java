package dev.whence.app.report;

import dev.whence.study.Report;
import dev.whence.study.Report.MethodScore;
import dev.whence.study.Report.Trust;

/** The page's first sentences: what was asked and how far to trust the answer. */
final class Summary {
  private Summary() {
  }

  static void draw(Markup html, Report report) {
    html.open("p", "class", "lede");
    int shown = Math.min(report.about().shown(), report.targets().size());
    int folded = report.targets().size() - shown;
    boolean signs = report.semantics().additive();
    html.text("Which training examples " + (signs ? "raised and lowered " : "stand highest and lowest for ")
        + report.about().explained() + " of "
        + (shown == 1 ? "this target" : "these " + shown + " targets")
        + (folded == 0 ? "" : ", and of " + folded + " more that fold at the end") + ", according to ");
    html.leaf("strong", report.method()).text("; " + report.semantics().meaning() + ".");
    int models = report.about().models();
    if (models > 1) {
      html.text(" Predictions and scores are averaged over " + Numbers.count(models) + " models.");
    }
    html.close("p");
    report.judgement().ifPresentOrElse(judgement -> judged(html, report, judgement),
        () -> html.open("p", "class", "lede")
            .prose("How far to trust these scores was not measured in this run; `whence evaluate` does.")
            .close("p"));
    quality(html, report);
  }

  private static void quality(Markup html, Report report) {
    if (report.about().quality().isEmpty()) {
      return;
    }
    html.open("ul", "class", "quality", "aria-label", "How good the models are");
    report.about().quality().forEach(one -> {
      html.open("li").text("On " + Numbers.count(one.examples())
          + (one.data().equals("training")
              ? " training examples: "
              : one.examples() == 1 ? " target: " : " targets: "));
      one.value().ifPresent(value -> html.text(one.measure() + " ")
          .leaf("strong", Numbers.correlation(value.mean()))
          .text(
              " (" + Numbers.correlation(value.low()) + " to " + Numbers.correlation(value.high()) + "), "));
      html.text("loss ").leaf("strong", Numbers.significant(one.loss().mean()))
          .text(" (" + Numbers.significant(one.loss().low()) + " to " + Numbers.significant(one.loss().high())
              + ")")
          .close("li");
    });
    html.close("ul");
  }

  private static void judged(Markup html, Report report, Trust judgement) {
    judgement.methods().stream().filter(score -> score.method().equals(report.method())).findFirst()
        .ifPresent(score -> sentence(html, score, judgement));
  }

  private static void sentence(Markup html, MethodScore score, Trust judgement) {
    html.open("div", "class", "headline");
    html.open("p", "class", "figure").leaf("span", Numbers.correlation(score.lds().mean()), "class", "number")
        .leaf("span", "LDS, 95 % interval " + interval(score), "class", "unit").close("p");
    html.open("p").text(
        "The scores predict how " + Numbers.count(judgement.targets()) + " predictions change when the "
            + "model is retrained on " + Numbers.count(judgement.subsets())
            + " random subsets of its data, with this rank correlation: 0 is chance");
    judgement.ceiling().ifPresentOrElse(
        ceiling -> html
            .text(", and retraining itself agrees with its own repeat at " + Numbers.correlation(ceiling)
                + ", the ceiling any method can reach."),
        () -> html.text(". Each subset was trained once, so the ceiling is not known."));
    html.close("p").close("div");
  }

  private static String interval(MethodScore score) {
    return Numbers.correlation(score.lds().low()) + " to " + Numbers.correlation(score.lds().high());
  }
}
