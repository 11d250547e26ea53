package dev.whence.app.command;

import dev.whence.score.ScoreMatrix;
import dev.whence.study.Judgement;
import dev.whence.study.Report;
import dev.whence.study.ReportSettings;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.ParentCommand;

/** The main job on the data that is shipped: handwritten digits. */
@Command(name = "demo", description = "Trains a small network on handwritten digits, says which images taught it three of its"
    + " predictions, measures how far to trust that, and writes a report.")
final class DemoCommand implements Callable<Integer> {
  /** The property by which the launcher says where the distribution is. */
  private static final String HOME = "whence.home";

  /** Under the working directory: the shipped run file may lie where nothing can be written. */
  private static final Path FOLDER = Path.of("runs", "demo");

  @ParentCommand
  private WhenceCommand whence;

  @Mixin
  private RunOptions options;

  @Mixin
  private JsonOption json;

  @Override
  public Integer call() throws IOException {
    Path file = runFile();
    try (Session session = Session.open(whence, options, file, options.out().orElse(FOLDER))) {
      Map<String, ScoreMatrix> scores = session.study().attribute();
      try {
        Judgement judgement = session.study().evaluate(scores);
        Report report = session.study().report(new ReportSettings(), scores, Optional.of(judgement));
        Path page = ReportCommand.write(session.folder(), report);
        Map<String, Object> values = JudgementTables.values(judgement);
        values.put("warnings", report.warnings());
        values.put("seconds", session.study().seconds());
        show(judgement, report, page, values);
      } finally {
        Session.close(scores);
      }
    }
    return 0;
  }

  /** Where the distribution lies. @throws IllegalStateException unless the launcher said so */
  static Path home() {
    String home = System.getProperty(HOME);
    if (home == null) {
      throw new IllegalStateException("the demo's data are not found: start whence by its launcher");
    }
    return Path.of(home);
  }

  private static Path runFile() throws IOException {
    Path file = home().resolve("demo/run.yaml");
    if (!Files.isReadable(file)) {
      throw new NoSuchFileException(file.toString());
    }
    return file;
  }

  private void show(Judgement judgement, Report report, Path page, Map<String, Object> values)
      throws IOException {
    PrintStream out = whence.terminal().out();
    json.write(whence.terminal(), () -> values);
    if (!json.tables()) {
      return;
    }
    JudgementTables.print(out, judgement);
    out.println();
    report.targets().stream().limit(report.about().shown())
        .forEach(target -> TargetTables.print(out, report, target));
    out.println("report: " + page.toUri());
  }
}
