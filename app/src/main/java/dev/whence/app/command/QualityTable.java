package dev.whence.app.command;

import dev.whence.app.terminal.Table;
import dev.whence.study.Quality;
import dev.whence.study.Report;
import java.io.PrintStream;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** How good the models of a run are, as a table and as JSON. */
final class QualityTable {
  private QualityTable() {
  }

  static void print(PrintStream out, List<Quality> all) {
    if (all.isEmpty()) {
      return;
    }
    var table = new Table("lrrlrl");
    table.row("models on", "examples", all.getFirst().measure(), "", "loss", "");
    all.forEach(one -> table.row(one.data().equals("training") ? "training examples" : one.data(),
        String.valueOf(one.examples()), one.value().map(value -> number(value.mean())).orElse("-"),
        one.value().map(QualityTable::interval).orElse(""), number(one.loss().mean()), interval(one.loss())));
    table.print(out, "");
  }

  private static String interval(Report.Estimate estimate) {
    return "(" + number(estimate.low()) + " to " + number(estimate.high()) + ")";
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, Math.abs(value) < 1000 ? "%.3f" : "%.4g", value);
  }

  /** {@code {training: {examples, models, loss: {mean, low, high}, accuracy or r2}, targets: …}}; what has no labels is absent. */
  static Map<String, Object> values(List<Quality> all) {
    var values = new LinkedHashMap<String, Object>();
    all.forEach(one -> values.put(one.data(), one.values()));
    return values;
  }
}
