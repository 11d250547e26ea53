package dev.whence.app.command;

import dev.whence.score.ScoreMatrix;
import dev.whence.study.Report;
import dev.whence.study.ReportSettings;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** Prints the strongest proponents and opponents of targets. */
@Command(name = "top", description = "Shows the training examples that raised and lowered a prediction most.")
final class TopCommand implements Callable<Integer> {
  private static final int TARGETS = 3;

  @ParentCommand
  private WhenceCommand whence;

  @Spec
  private CommandSpec spec;

  @Parameters(paramLabel = "RUN.yaml", description = "The run file; see docs/run-file.md.")
  private Path file;

  @Mixin
  private RunOptions options;

  @Option(names = "--target", paramLabel = "ID", description = "Target to show, by its id; may be repeated (default: the"
      + " three most worth a look: mistakes, then the least sure, then some at random).")
  private List<String> targets = List.of();

  @Option(names = "--method", paramLabel = "NAME", description = "Method whose scores are shown (default: the run's"
      + " first).")
  private Optional<String> method = Optional.empty();

  @Option(names = {"-k",
      "--count"}, paramLabel = "N", defaultValue = "5", description = "Examples on each side (default:"
          + " ${DEFAULT-VALUE}).")
  private int count;

  @Mixin
  private JsonOption json;

  @Override
  public Integer call() throws IOException {
    if (count < 1) {
      throw new ParameterException(spec.commandLine(), "--count must be >= 1, got " + count);
    }
    try (Session session = Session.seeing(whence, options, file)) {
      // what is named wrongly is told before anything is computed
      String name = Choice.method(method, session.study().file().scoreNames());
      Choice.targets(targets, session.study().targets().ids(), TARGETS);
      Map<String, ScoreMatrix> scores = session.scores();
      try {
        print(session, session.study().report(new ReportSettings(name, targets, TARGETS, count, 0), scores,
            Optional.empty()));
      } finally {
        Session.close(scores);
      }
    }
    return 0;
  }

  private void print(Session session, Report report) throws IOException {
    if (json.tables()) {
      PrintStream out = whence.terminal().out();
      out.println(report.method() + ", " + report.about().explained() + "; " + report.semantics().meaning()
          + (report.about().models() > 1 ? "; averaged over " + report.about().models() + " models" : ""));
      report.targets().forEach(target -> TargetTables.print(out, report, target));
      session.note(report.warnings());
    }
    json.write(whence.terminal(), () -> Ordered.of("method", report.method(), "semantics",
        report.semantics().values(), "explained", report.about().explained(), "models",
        report.about().models(),
        "warnings", report.warnings(), "targets",
        report.targets().stream().map(TargetTables::values).toList()));
  }
}
