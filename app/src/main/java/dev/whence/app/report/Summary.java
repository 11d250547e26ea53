package dev.whence.app.report;

import dev.whence.study.Report;
import dev.whence.study.Report.Judgement;
import dev.whence.study.Report.MethodScore;

/** The page's first sentences: what was asked and how far to trust the answer. */
final class Summary {
  private Summary() {
  }

  static void draw(Markup html, Report report) {
    html.open("p", "class", "lede");
    html.text("Which training examples raised and lowered the " + report.semantics().measurement() + " of "
        + (report.targets().size() == 1
            ? "this prediction"
            : "these " + report.targets().size() + " predictions")
        + ", according to ");
    html.leaf("strong", report.method()).text("; " + report.semantics().meaning() + ".");
    html.close("p");
    report.judgement().ifPresentOrElse(judgement -> judged(html, report, judgement), () -> html.leaf("p",
        "How far to trust these scores was not measured in this run; whence evaluate does.", "class",
        "lede"));
  }

  private static void judged(Markup html, Report report, Judgement judgement) {
    judgement.methods().stream().filter(score -> score.method().equals(report.method())).findFirst()
        .ifPresent(score -> sentence(html, score, judgement));
  }

  private static void sentence(Markup html, MethodScore score, Judgement judgement) {
    html.open("div", "class", "headline");
    html.open("p", "class", "figure").leaf("span", Numbers.correlation(score.lds().mean()), "class", "number")
        .leaf("span", "LDS, 95 % interval " + interval(score), "class", "unit").close("p");
    html.open("p").text(
        "The scores foretell how " + Numbers.count(judgement.targets()) + " predictions change when the "
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
