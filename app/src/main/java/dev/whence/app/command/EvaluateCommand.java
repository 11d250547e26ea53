package dev.whence.app.command;

import dev.whence.score.ScoreMatrix;
import dev.whence.study.Judgement;
import dev.whence.study.Study;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** Judges the scores by retraining. */
@Command(name = "evaluate", description = "Retrains the model on random subsets and says how well each method's scores"
    + " foretold the outcome: the linear datamodeling score with interval and ceiling.")
final class EvaluateCommand implements Callable<Integer> {
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
    try (Session session = plan.only()
        ? Session.look(whence, options, file)
        : Session.open(whence, options, file)) {
      if (session.study().file().evaluation().subsets() == 0) {
        throw new IllegalArgumentException(
            "evaluation.subsets is 0, so there is nothing to judge scores by; ask for some, such as --subsets 50");
      }
      if (plan.only()) {
        PlanOption.print(whence.terminal(), session.study().planJudging(), json);
        return 0;
      }
      session.tell(Study::planJudging);
      Map<String, ScoreMatrix> scores = session.study().attribute();
      try {
        Judgement judgement = session.study().evaluate(scores);
        if (json.tables()) {
          JudgementTables.print(whence.terminal().out(), judgement);
        }
        json.write(whence.terminal(), () -> values(session, judgement));
      } finally {
        Session.close(scores);
      }
    }
    return 0;
  }

  private static Map<String, Object> values(Session session, Judgement judgement) {
    Map<String, Object> values = JudgementTables.values(judgement);
    values.put("seconds", session.study().seconds());
    return values;
  }
}
