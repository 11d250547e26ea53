package dev.whence.app.command;

import dev.whence.app.report.ReportPage;
import dev.whence.run.AtomicFiles;
import dev.whence.score.ScoreMatrix;
import dev.whence.study.Judgement;
import dev.whence.study.Report;
import dev.whence.study.ReportSettings;
import dev.whence.study.Study;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** Writes the report of a run. */
@Command(name = "report", description = "Writes report.html into the run's folder, at once, from what"
    + " attribute and evaluate left there: one page that needs no network.")
final class ReportCommand implements Callable<Integer> {
  @ParentCommand
  private WhenceCommand whence;

  @Parameters(paramLabel = "RUN.yaml", description = "The run file; see docs/run-file.md.")
  private Path file;

  @Mixin
  private RunOptions options;

  @Option(names = "--target", paramLabel = "ID", description = "Target to show, by its id; may be repeated (default: those"
      + " most worth a look: mistakes, then the least sure, then some at random).")
  private List<String> targets = List.of();

  @Option(names = "--targets", paramLabel = "N", defaultValue = "3", description = "How many targets, where none is named"
      + " (default: ${DEFAULT-VALUE}).")
  private int count;

  @Option(names = "--more", paramLabel = "N", defaultValue = "9", description = "How many further targets fold at the end of"
      + " the page, where none is named (default: ${DEFAULT-VALUE}).")
  private int more;

  @Option(names = {"-k",
      "--count"}, paramLabel = "N", defaultValue = "5", description = "Examples on each side (default:"
          + " ${DEFAULT-VALUE}).")
  private int entries;

  @Option(names = "--method", paramLabel = "NAME", description = "Method whose scores are shown (default: the run's"
      + " first).")
  private Optional<String> method = Optional.empty();

  @Mixin
  private JsonOption json;

  @Override
  public Integer call() throws IOException {
    // the page is made of what is there: nobody may replace it meanwhile
    try (Session session = Session.look(whence, options, file); var _ = session.study().hold()) {
      var settings = new ReportSettings(Choice.method(method, session.study().file().scoreNames()),
          targets, count, entries, more);
      Study study = session.study();
      Choice.targets(targets, study.targets().ids(), count);
      Map<String, ScoreMatrix> scores = study.kept();
      try {
        Choice.kept(settings.method(), scores.keySet());
        Optional<Judgement> judgement = study.file().evaluation().subsets() == 0
            ? Optional.empty()
            : study.judged(scores);
        if (judgement.isEmpty() && study.file().evaluation().subsets() > 0) {
          session.say(
              "the scores are not judged yet, and the page says so; to judge them: whence evaluate RUN.yaml");
        }
        Report report = study.report(settings, scores, judgement);
        Path page = write(session.folder(), report);
        if (json.tables()) {
          whence.terminal().out().println(page);
        }
        json.write(whence.terminal(), () -> values(report, page));
      } finally {
        Session.close(scores);
      }
    }
    return 0;
  }

  private static Map<String, Object> values(Report report, Path page) {
    return Ordered.of("report", page.toString(), "method", report.method(), "explained",
        report.about().explained(),
        "models", report.about().models(), "quality", QualityTable.values(report.about().quality()),
        "warnings",
        report.warnings(), "targets", report.targets().stream().map(TargetTables::values).toList());
  }

  /** Writes the page into the folder and returns its path. */
  static Path write(Path folder, Report report) throws IOException {
    Path page = folder.resolve("report.html");
    AtomicFiles.writeText(page, ReportPage.render(report));
    return page;
  }
}
