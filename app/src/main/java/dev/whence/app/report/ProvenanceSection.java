package dev.whence.app.report;

import dev.whence.study.Report;
import java.util.Map;

/** How the numbers were made, and what makes them again. */
final class ProvenanceSection {
  private ProvenanceSection() {
  }

  static void draw(Markup html, Report report) {
    html.open("section", "id", "provenance", "class", "provenance").leaf("h2", "How this was made");
    html.open("div", "class", "facts");
    report.provenance().forEach((heading, facts) -> group(html, heading, facts));
    html.close("div");
    if (!report.runFile().isEmpty()) {
      html.open("details").leaf("summary", "The run file, every default written out")
          .open("pre", "tabindex", "0").leaf("code", report.runFile()).close("pre").close("details");
    }
    html.close("section");
  }

  private static void group(Markup html, String heading, Map<String, String> facts) {
    html.open("section").leaf("h3", heading).open("dl");
    facts.forEach((name, value) -> html.open("div").leaf("dt", name).leaf("dd", value).close("div"));
    html.close("dl").close("section");
  }
}
