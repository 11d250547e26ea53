package dev.whence.app.report;

import dev.whence.study.Report;
import dev.whence.study.Report.Suspect;

/** Training examples whose labels are suspected, with their ranks by each measure. */
final class SuspectSection {
  private SuspectSection() {
  }

  /** Draws the section; nothing where nobody looked for suspects. */
  static void draw(Markup html, Report report) {
    if (report.suspects().isEmpty()) {
      return;
    }
    html.open("section", "id", "suspects", "class", "target", "aria-labelledby", "suspects-name");
    html.leaf("h2", "Suspected labels", "id", "suspects-name");
    html.open("p").prose(
        "The training examples whose labels the models doubt most, by the mean of their ranks: how much an example"
            + " influences itself, its loss, and, for classes, how small its margin is. A suspicion, no verdict: rare and hard"
            + " examples stand here beside wrong ones. `evaluation/mislabels.csv` lists all.")
        .close("p");
    boolean pictures = report.suspects().stream().allMatch(suspect -> Examples.isPicture(suspect.example()));
    html.open("ol", "class", pictures ? "tiles" : "tiles list");
    report.suspects().forEach(suspect -> suspect(html, suspect));
    html.close("ol").close("section");
  }

  private static void suspect(Markup html, Suspect suspect) {
    html.open("li", "class", "tile");
    Examples.draw(html, suspect.example(), "small");
    html.open("div", "class", "caption");
    if (!suspect.example().label().isEmpty()) {
      html.leaf("span", suspect.example().label(), "class", "label"); // the style sheet sets "label" before it
    }
    if (!suspect.guess().isEmpty()) {
      html.leaf("span", "models say " + suspect.guess(), "class", "guess");
    }
    Examples.id(html, "span", "", suspect.example().id());
    suspect.ranks()
        .forEach((name, rank) -> html.leaf("span", name + " " + Numbers.count(rank) + ".", "class", "rank"));
    html.close("div").close("li");
  }
}
