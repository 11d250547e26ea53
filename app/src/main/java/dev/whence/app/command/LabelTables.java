package dev.whence.app.command;

import dev.whence.app.terminal.Table;
import dev.whence.evaluation.Evaluation;
import dev.whence.evaluation.LeaveOneOut;
import dev.whence.evaluation.Mislabels;
import dev.whence.study.Study;
import dev.whence.study.Suspects;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Leave-one-out correlations and suspected labels as tables and as JSON. */
final class LabelTables {
  private static final String LEAVE_ONE_OUT = "leave-one-out";

  private LabelTables() {
  }

  static void print(PrintStream out, Map<String, Map<String, Evaluation>> found) {
    var table = new Table("lrrrrrrr");
    table.row("method", "Spearman", "low", "high", "Pearson", "low", "high", "ceiling");
    found.getOrDefault(LEAVE_ONE_OUT, Map.of()).forEach((method, value) -> {
      var loo = (LeaveOneOut) value;
      table.row(method, number(loo.spearman()), number(loo.spearmanIntervals().twoLevel().low()),
          number(loo.spearmanIntervals().twoLevel().high()), number(loo.pearson()),
          number(loo.pearsonIntervals().twoLevel().low()), number(loo.pearsonIntervals().twoLevel().high()),
          loo.ceiling().isPresent() ? number(loo.ceiling().getAsDouble()) : "-");
    });
    table.print(out, "");
    found.getOrDefault(LEAVE_ONE_OUT, Map.of()).values().stream().findFirst()
        .ifPresent(
            value -> out.println("correlation with leaving out %s one at a time, %s; the ceiling is what"
                .formatted(Counted.of(((LeaveOneOut) value).leftOut(), "example"),
                    Counted.of(((LeaveOneOut) value).targets(), "target"))
                + " exact scores would reach: near 0, the effect of one example drowns in the luck of training"));
  }

  /** Metric → method → numbers. */
  static Map<String, Object> values(Map<String, Map<String, Evaluation>> found) {
    var values = new LinkedHashMap<String, Object>();
    found.forEach((metric, byMethod) -> {
      var entries = new LinkedHashMap<String, Object>();
      byMethod.forEach((method, value) -> entries.put(method, value.values()));
      values.put(metric, entries);
    });
    return values;
  }

  static void print(PrintStream out, Study study, Suspects suspects, int count) {
    if (!suspects.found().isEmpty()) {
      print(out, suspects);
      out.println();
    }
    List<String> measures = List.copyOf(suspects.list().getFirst().measures().keySet());
    List<String> looks = suspects.list().stream().limit(count)
        .map(suspect -> study.training().text(suspect.row()).map(TargetTables::quoted).orElse("")).toList();
    boolean texts = looks.stream().anyMatch(text -> !text.isEmpty());
    var table = new Table(
        (texts ? "llll" : "lll") + "rr".repeat(measures.size()) + (suspects.origin().isEmpty() ? "" : "l"));
    var header = new ArrayList<>(List.of("example", "label", "models say"));
    if (texts) {
      header.add(1, "text");
    }
    measures.forEach(name -> header.addAll(List.of(name, "rank")));
    if (!suspects.origin().isEmpty()) {
      header.add("known");
    }
    table.row(header.toArray(String[]::new));
    for (int i = 0; i < looks.size(); i++) {
      Suspects.Suspect suspect = suspects.list().get(i);
      var cells = new ArrayList<>(List.of(TargetTables.cut(suspect.id()), TargetTables.cut(suspect.label()),
          TargetTables.cut(suspect.guess())));
      if (texts) {
        cells.add(1, looks.get(i));
      }
      suspect.measures().values().forEach(measure -> cells.addAll(
          List.of(String.format(Locale.ROOT, "%.3g", measure.value()), Integer.toString(measure.rank()))));
      if (!suspects.origin().isEmpty()) {
        cells.add(suspect.wrong() ? "wrong" : "");
      }
      table.row(cells.toArray(String[]::new));
    }
    table.print(out, "");
    out.println("suspected labels, most suspected first by the mean of the ranks; %s in all, in %s".formatted(
        Counted.of(suspects.list().size(), "training example"), study.suspectsFile()));
  }

  private static void print(PrintStream out, Suspects suspects) {
    var table = new Table("lrrrr");
    table.row("measure", "AUROC", "average precision", "found in 10 %", "in 20 %");
    suspects.found().forEach((name, found) -> table.row(name, number(found.auroc()),
        number(found.averagePrecision()), recall(found, .1), recall(found, .2)));
    table.print(out, "");
    Mislabels any = suspects.found().values().iterator().next();
    out.println("%s among %s; chance is 0.5 for AUROC and %s for average precision".formatted(
        suspects.origin(), Counted.of(any.examples(), "training example"),
        number((double) any.mislabelled() / any.examples())));
  }

  private static String recall(Mislabels found, double fraction) {
    return found.recall().stream().filter(point -> point.fraction() == fraction)
        .map(point -> String.format(Locale.ROOT, "%.0f %%", 100 * point.found())).findFirst().orElse("-");
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, "%.3f", value);
  }
}
