package dev.whence.app.command;

import dev.whence.study.Models;
import dev.whence.study.Quality;
import dev.whence.study.Study;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** Trains the models a run attributes with. */
@Command(name = "train", description = "Trains the models a run attributes with, or reads its checkpoints. What an earlier"
    + " call left unfinished is resumed.")
final class TrainCommand implements Callable<Integer> {
  @ParentCommand
  private WhenceCommand whence;

  @Parameters(paramLabel = "RUN.yaml", description = "The run file; see docs/run-file.md.")
  private Path file;

  @Mixin
  private RunOptions options;

  @Mixin
  private PlanOption plan;

  @Mixin
  private JsonOption json;

  @Override
  public Integer call() throws IOException {
    if (plan.only()) {
      try (Session session = Session.look(whence, options, file)) {
        PlanOption.print(whence.terminal(), session.study().planTraining(), json);
      }
      return 0;
    }
    try (Session session = Session.open(whence, options, file)) {
      session.tell(Study::planTraining);
      return train(session);
    }
  }

  private int train(Session session) throws IOException {
    try (Models models = session.study().train()) {
      session.study().ask(models);
      List<Quality> quality = session.study().quality();
      var values = new LinkedHashMap<String, Object>();
      values.put("folder", session.folder().toString());
      values.put("models", models.trajectories().size());
      values.put("checkpoints", models.all().size());
      values.put("training-examples", session.study().training().size());
      values.put("quality", QualityTable.values(quality));
      List<String> warnings = session.study().modelWarnings();
      values.put("warnings", warnings);
      values.put("seconds", session.study().seconds());
      json.write(whence.terminal(), () -> values);
      if (json.tables()) {
        whence.terminal().out().println("%s, %s on %s, in %s".formatted(
            Counted.of(models.trajectories().size(), "model"), Counted.of(models.all().size(), "checkpoint"),
            Counted.of(session.study().training().size(), "training example"), session.folder()));
        QualityTable.print(whence.terminal().out(), quality);
        session.note(warnings);
      }
    }
    return 0;
  }
}
