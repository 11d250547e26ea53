package dev.whence.app.command;

import dev.whence.evaluation.Evaluation;
import dev.whence.score.ScoreMatrix;
import dev.whence.study.EvaluationParts;
import dev.whence.study.EvaluationSettings;
import dev.whence.study.Judgement;
import dev.whence.study.Study;
import dev.whence.study.Suspects;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Stack;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.IParameterPreprocessor;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** Judges the scores by retraining, and the labels by the models. */
@Command(name = "evaluate", description = "Retrains the model on random subsets and says how well each method's scores"
    + " predicted the outcome: the linear datamodeling score with interval and ceiling. Does what the run file's evaluation"
    + " asks for; with --lds, --loo or --mislabels only what is named.")
final class EvaluateCommand implements Callable<Integer> {
  private static final int SHOWN = 20;
  private static final String FEW = "20";

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

  @Option(names = "--lds", description = "Judges by retraining on random subsets, as without any of these three flags.")
  private boolean lds;

  @Option(names = "--loo", paramLabel = "N", arity = "0..1", fallbackValue = FEW, preprocessor = Count.class, description = "Judges by retraining without N"
      + " single examples, one at a time (default: 20), several times each; short for --set"
      + " evaluation.leave-one-out.examples=N.")
  private Optional<String> loo = Optional.empty();

  @Option(names = "--mislabels", description = "Lists training examples by suspicion of a wrong label, and says how well that"
      + " finds errors that are known; short for --set evaluation.mislabels.list=true.")
  private boolean mislabels;

  /** Takes the next argument for the number only where it is one: the run file may stand there, too. */
  static final class Count implements IParameterPreprocessor {
    @Override
    public boolean preprocess(Stack<String> arguments, CommandSpec command, ArgSpec option,
        Map<String, Object> info) {
      boolean attached = "=".equals(info.get("separator"));
      if (!attached && !arguments.isEmpty() && !arguments.peek().matches("\\d+")) {
        arguments.push(FEW);
      }
      return false; // picocli takes what is on top
    }
  }

  @Override
  public Integer call() throws IOException {
    var overrides = new LinkedHashMap<String, String>();
    loo.ifPresent(count -> overrides.put("evaluation.leave-one-out.examples", count));
    if (mislabels) {
      overrides.put("evaluation.mislabels.list", "true");
    }
    try (Session session = plan.only()
        ? Session.look(whence, options, file, overrides)
        : Session.open(whence, options, file, overrides)) {
      EvaluationParts parts = parts(session.study().file().evaluation());
      if (plan.only()) {
        PlanOption.print(whence.terminal(), session.study().planJudging(parts), json);
        return 0;
      }
      session.tell(study -> study.planJudging(parts));
      Map<String, Object> values = run(session.study(), parts);
      values.put("seconds", session.study().seconds());
      json.write(whence.terminal(), () -> values);
    }
    return 0;
  }

  private EvaluationParts parts(EvaluationSettings asked) {
    boolean chosen = lds || loo.isPresent() || mislabels;
    boolean judged = asked.subsets() > 0 || asked.outcomes().given();
    var parts = new EvaluationParts(chosen ? lds : judged,
        chosen ? loo.isPresent() : asked.leaveOneOut().examples() > 0,
        chosen ? mislabels : asked.mislabels().list());
    if (parts.none() || (parts.subsets() && !judged)) {
      throw new IllegalArgumentException(
          "evaluation.subsets is 0, so there is nothing to judge scores by; ask for some, such as --subsets 50");
    }
    return parts;
  }

  private Map<String, Object> run(Study study, EvaluationParts parts) throws IOException {
    var values = new LinkedHashMap<String, Object>();
    PrintStream out = whence.terminal().out();
    if (parts.judgesScores()) {
      Map<String, ScoreMatrix> scores = study.attribute();
      try {
        Optional<Judgement> judged = Optional.empty();
        if (parts.subsets()) {
          Judgement judgement = study.evaluate(scores);
          judged = Optional.of(judgement);
          values.putAll(JudgementTables.values(judgement));
          print(() -> JudgementTables.print(out, judgement));
        }
        if (parts.leaveOneOut()) {
          Map<String, Map<String, Evaluation>> found = study.leaveOneOut(scores);
          values.putAll(LabelTables.values(found));
          print(() -> LabelTables.print(out, found));
        }
        var first = scores.entrySet().iterator().next();
        values.put("warnings", study.warnings(first.getKey(), first.getValue(), judged));
      } finally {
        Session.close(scores);
      }
    }
    if (parts.mislabels()) {
      Suspects suspects = study.suspects();
      values.put("mislabels", suspects.values(Study.SUSPECTS_KEPT));
      if (!parts.judgesScores()) {
        values.put("warnings", study.modelWarnings());
      }
      print(() -> LabelTables.print(out, study, suspects, SHOWN));
    }
    return values;
  }

  private void print(Runnable printing) {
    if (json.tables()) {
      printing.run();
    }
  }
}
