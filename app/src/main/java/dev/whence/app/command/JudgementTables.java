package dev.whence.app.command;

import dev.whence.app.terminal.Table;
import dev.whence.evaluation.Difference;
import dev.whence.evaluation.Interval;
import dev.whence.evaluation.Lds;
import dev.whence.score.Calibration;
import dev.whence.study.Judgement;
import java.io.PrintStream;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/** The linear datamodeling scores of a run's methods as a table and as JSON. */
final class JudgementTables {
  private JudgementTables() {
  }

  static void print(PrintStream out, Judgement judgement) {
    var table = new Table("lrrrrrrr");
    table.row("method", "LDS", "low", "high", "ceiling", "scale", "low", "high");
    judgement.lds().forEach((name, lds) -> table.row(name, number(lds.mean()), number(lds.interval().low()),
        number(lds.interval().high()),
        lds.ceiling().isPresent() ? number(lds.ceiling().getAsDouble()) : "-",
        scale(judgement, name, Calibration::scale), scale(judgement, name, Calibration::low),
        scale(judgement, name, Calibration::high)));
    table.print(out, "");
    Lds first = judgement.lds().values().iterator().next();
    out.println("%.0f %% intervals over subsets and targets: %d subsets, %s, %s".formatted(
        100 * first.interval().confidence(), first.subsets(), Counted.of(first.repeats(), "repeat"),
        Counted.of(first.perTarget().size(), "target")));
    judgement.calibrations().values().stream().findFirst().ifPresent(found -> out.println(
        "scale: what a method's own scores are multiplied by to be in %s, as top, report and export now do"
            .formatted(found.unit())));
    judgement.lds().forEach((name, lds) -> {
      if (lds.constantTargets() > 0) {
        out.println(
            name + ": " + Counted.of(lds.constantTargets(), "target") + " left out, one side is constant");
      }
    });
    judgement.difference().ifPresent(difference -> {
      Interval interval = difference.intervals().twoLevel();
      out.println("%s minus %s, the best other: %s, %s to %s".formatted(judgement.first(),
          judgement.baseline().orElse(""), number(difference.mean()), number(interval.low()),
          number(interval.high())));
    });
  }

  private static String scale(Judgement judgement, String method, ToDoubleFunction<Calibration> part) {
    Calibration found = judgement.calibrations().get(method);
    return found == null ? "-" : String.format(Locale.ROOT, "%.3g", part.applyAsDouble(found));
  }

  /**
   * {@code {"lds": {name: {mean, low, high, ceiling}}, "scale": {name: {slope, low, high, calibration}}, "difference": {mean, low, high, of}}};
   * ceiling is left out where it was not measured, a method without calibration has null.
   */
  static Map<String, Object> values(Judgement judgement) {
    var scales = new LinkedHashMap<String, Object>();
    judgement.scales().forEach((name, scale) -> {
      Calibration used = judgement.calibrations().get(name);
      Map<String, Object> entry = Ordered.of("slope", scale.slope(), "low", scale.interval().low(), "high",
          scale.interval().high());
      entry.put("calibration", used == null ? null : used.values());
      scales.put(name, entry);
    });
    var lds = new LinkedHashMap<String, Object>();
    judgement.lds().forEach((name, score) -> {
      Map<String, Object> entry = Ordered.of("mean", score.mean(), "low", score.interval().low(), "high",
          score.interval().high());
      score.ceiling().ifPresent(ceiling -> entry.put("ceiling", ceiling));
      lds.put(name, entry);
    });
    Map<String, Object> values = Ordered.of("lds", lds, "scale", scales);
    judgement.difference().ifPresent(difference -> values.put("difference", values(judgement, difference)));
    return values;
  }

  private static Map<String, Object> values(Judgement judgement, Difference difference) {
    Interval interval = difference.intervals().twoLevel();
    return Ordered.of("first", judgement.first(), "second", judgement.baseline().orElse(""), "mean",
        difference.mean(),
        "low", interval.low(), "high", interval.high());
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, "%.3f", value);
  }
}
