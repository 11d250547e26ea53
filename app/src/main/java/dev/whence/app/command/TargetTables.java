package dev.whence.app.command;

import dev.whence.app.terminal.Table;
import dev.whence.study.Report;
import dev.whence.study.Report.Content;
import java.io.PrintStream;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Targets and the training examples that raised and lowered what is measured of them, as tables and as JSON. */
final class TargetTables {
  private static final int SHOWN = 48;

  private TargetTables() {
  }

  static void print(PrintStream out, Report report, Report.Target target) {
    String id = target.example().id();
    out.println(
        id + ": " + answer(target) + (target.reason().isEmpty() ? "" : ", shown as " + target.reason()));
    text(target.example()).ifPresent(text -> out.println("  " + text));
    if (!target.subject().note().isEmpty()) {
      out.println("  " + target.subject().note().replace("`", ""));
    }
    boolean signs = report.semantics().additive();
    String subject = signs ? target.subject().text() : "by " + report.method();
    var table = new Table("llrllr");
    table.row((signs ? "raised " : "highest ") + subject, "", "",
        (signs ? "lowered " : "lowest ") + (signs ? "it" : subject),
        "", "");
    for (int i = 0; i < Math.max(target.proponents().size(), target.opponents().size()); i++) {
      String[] left = cells(target.proponents(), i);
      String[] right = cells(target.opponents(), i);
      table.row(left[0], left[1], left[2], right[0], right[1], right[2]);
    }
    table.print(out, "  ");
  }

  private static String answer(Report.Target target) {
    Report.Headline headline = target.headline();
    String said = headline.verb().toLowerCase(Locale.ROOT) + " " + headline.answer();
    String label = target.example().label();
    boolean sequence = headline.right().isEmpty() && !headline.verb().equals("Predicted");
    return label.isEmpty() || sequence ? said : said + ", labelled " + label;
  }

  private static java.util.Optional<String> text(Report.Example example) {
    return example.content() instanceof Content.Passage(String text)
        ? java.util.Optional.of("“" + cut(text, 2 * SHOWN) + "”")
        : java.util.Optional.empty();
  }

  private static String[] cells(List<Report.Influence> influences, int i) {
    if (i >= influences.size()) {
      return new String[]{"", "", ""};
    }
    Report.Influence influence = influences.get(i);
    return new String[]{cut(influence.source().id(), SHOWN), looks(influence.source()),
        String.format(Locale.ROOT, "%+.2e", influence.score())};
  }

  /** A text, where there is one, else the label. */
  private static String looks(Report.Example source) {
    String label = source.label();
    return switch (source.content()) {
      case Content.Passage(String text) -> "“" + cut(text, SHOWN) + "”";
      case Content.Picture _ -> label.isEmpty() ? "" : "a " + cut(label, SHOWN);
      case Content.Row _,Content.Compared _ -> label.isEmpty() ? "" : "labelled " + cut(label, SHOWN);
    };
  }

  /** A text between marks, cut for a cell. */
  static String quoted(String text) {
    return "“" + cut(text) + "”";
  }

  /** As much of a name or text as a cell holds. */
  static String cut(String text) {
    return cut(text, SHOWN);
  }

  /** In one line, its middle left out where it is long. */
  private static String cut(String text, int most) {
    String line = text.replaceAll("\\s+", " ").strip();
    int length = line.codePointCount(0, line.length());
    if (length <= most) {
      return line;
    }
    int half = most / 2 - 1;
    return line.substring(0, line.offsetByCodePoints(0, half)) + "…"
        + line.substring(line.offsetByCodePoints(line.length(), -half));
  }

  /** A target with its sources, texts and labels as far as there are some. */
  static Map<String, Object> values(Report.Target target) {
    Map<String, Object> values = example(target.example());
    values.put("predicted", target.headline().answer());
    target.guesses().getFirst().probability().ifPresent(share -> values.put("probability", share));
    values.put("explained", target.subject().text());
    values.put("measurement", target.measurement());
    if (!target.reason().isEmpty()) {
      values.put("reason", target.reason());
    }
    values.put("proponents", sources(target.proponents()));
    values.put("opponents", sources(target.opponents()));
    return values;
  }

  private static List<Map<String, Object>> sources(List<Report.Influence> influences) {
    return influences.stream().map(influence -> {
      Map<String, Object> values = example(influence.source());
      values.put("score", influence.score());
      return values;
    }).toList();
  }

  private static Map<String, Object> example(Report.Example example) {
    Map<String, Object> values = Ordered.of("id", example.id());
    if (!example.label().isEmpty()) {
      values.put("label", example.label());
    }
    if (example.content() instanceof Content.Passage(String text)) {
      values.put("text", text);
    }
    return values;
  }
}
