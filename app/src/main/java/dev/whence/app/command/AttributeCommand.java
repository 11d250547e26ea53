package dev.whence.app.command;

import dev.whence.app.terminal.Table;
import dev.whence.run.Registry;
import dev.whence.score.ScoreExporter;
import dev.whence.score.ScoreMatrix;
import dev.whence.study.Study;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** Scores every training example for every target, by every method of the run. */
@Command(name = "attribute", description = "Scores every training example for every target by every method of the run,"
    + " training first what is missing.")
final class AttributeCommand implements Callable<Integer> {
  @ParentCommand
  private WhenceCommand whence;

  @Parameters(paramLabel = "RUN.yaml", description = "The run file; see docs/run-file.md.")
  private Path file;

  @Mixin
  private RunOptions options;

  @Option(names = "--export", paramLabel = "FORMAT", split = ",", description = "Also writes the scores for other tools, as"
      + " exports/METHOD.FORMAT in the run's folder: csv, npy, parquet, safetensors. May be repeated.")
  private List<String> formats = List.of();

  @Mixin
  private JsonOption json;

  @Override
  public Integer call() throws IOException {
    var known = Registry.of(ScoreExporter.class, "export format");
    List<ScoreExporter> exporters = formats.stream().map(known::get).toList();
    try (Session session = Session.open(whence, options, file)) {
      session.tell(Study::planTraining);
      Map<String, ScoreMatrix> scores = session.study().calibrated(session.study().attribute());
      try {
        session.study().ask();
        List<Path> exports = session.study().export(scores, exporters);
        if (json.tables()) {
          print(session, scores, exports);
        }
        Map<String, Object> values = values(session, scores, exports);
        json.write(whence.terminal(), () -> values);
      } finally {
        Session.close(scores);
      }
    }
    return 0;
  }

  private static Map<String, Object> values(Session session, Map<String, ScoreMatrix> scores,
      List<Path> exports) throws IOException {
    var methods = new LinkedHashMap<String, Object>();
    scores.forEach((name, matrix) -> methods.put(name, Ordered.of("targets", matrix.targets().size(),
        "sources", matrix.sources().size(), "semantics", matrix.semantics().values())));
    return Ordered.of("folder", session.folder().toString(), "methods", methods, "explained",
        session.study().explained(), "quality", QualityTable.values(session.study().quality()), "warnings",
        warnings(session, scores), "exports", exports.stream().map(Path::toString).toList(), "seconds",
        session.study().seconds());
  }

  private static List<String> warnings(Session session, Map<String, ScoreMatrix> scores) throws IOException {
    var first = scores.entrySet().iterator().next();
    return session.study().warnings(first.getKey(), first.getValue(), Optional.empty());
  }

  private void print(Session session, Map<String, ScoreMatrix> scores, List<Path> exports)
      throws IOException {
    var table = new Table("lrrl");
    table.row("method", "targets", "sources", "scores");
    scores.forEach((name, matrix) -> table.row(name, String.valueOf(matrix.targets().size()),
        String.valueOf(matrix.sources().size()),
        matrix.semantics().scale()));
    table.print(whence.terminal().out(), "");
    whence.terminal().out().println("explained: " + session.study().explained());
    QualityTable.print(whence.terminal().out(), session.study().quality());
    session.note(warnings(session, scores));
    whence.terminal().out().println("scores in " + session.folder().resolve("scores")
        + "; show them with: whence top " + session.folder().resolve("run.yaml"));
    exports.forEach(file -> whence.terminal().out().println("exported " + file));
  }
}
