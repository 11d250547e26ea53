package dev.whence.app.command;

import dev.whence.app.terminal.ProgressLines;
import dev.whence.app.terminal.Terminal;
import dev.whence.study.Plan;
import java.io.IOException;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import picocli.CommandLine.Option;

/** The flag that only tells what a command would take, and how that is said. */
final class PlanOption {
  @Option(names = "--plan", description = "Only tells what it would take (models, time from a first measurement, disk), and"
      + " does nothing.")
  private boolean only;

  boolean only() {
    return only;
  }

  static void print(Terminal terminal, Plan plan, JsonOption json) throws IOException {
    if (json.tables()) {
      terminal.out().println(text(plan));
    }
    json.write(terminal, () -> Map.of("plan", plan.values()));
  }

  /** A line for each part, for all of them, and for what is not counted. */
  static String text(Plan plan) {
    var lines = new StringBuilder();
    for (Plan.Part part : plan.parts()) {
      lines.append("%s %s: %s and %s each\n".formatted(Counted.of(part.models(), "model"), part.what(),
          Counted.of(part.examples(), "example"), Counted.of(part.steps(), "step")));
    }
    String beside = plan.uncounted().stream().map(what -> "\nnot counted: " + what)
        .collect(Collectors.joining());
    if (plan.parts().isEmpty()) {
      return "no model is to be trained" + beside;
    }
    return lines + "about %s on %s, %s on disk (%s free), by %s".formatted(
        ProgressLines.time(Duration.ofMillis(Math.round(plan.seconds() * 1000))),
        Counted.of(plan.workers(), "worker"), bytes(plan.bytes()), bytes(plan.free()), plan.recipe())
        + (plan.bytes() > plan.free() ? "\nWARN the disk has too little room for that" : "") + beside;
  }

  private static String bytes(long bytes) {
    String[] units = {"bytes", "kB", "MB", "GB", "TB"};
    double size = bytes;
    int unit = 0;
    while (size >= 1000 && unit < units.length - 1) {
      size /= 1000;
      unit++;
    }
    return String.format(Locale.ROOT, unit == 0 || size >= 100 ? "%.0f %s" : "%.1f %s", size, units[unit]);
  }
}
