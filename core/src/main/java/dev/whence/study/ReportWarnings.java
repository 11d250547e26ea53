package dev.whence.study;

import dev.whence.evaluation.Interval;
import dev.whence.evaluation.Lds;
import dev.whence.score.Semantics;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Says what may mislead about a run's answers, as sentences.
 *
 * @param quality of the models, training first; a side without labels is absent
 * @param models how many were averaged
 * @param guesses what they answer about the targets
 * @param explanation what is explained
 */
record ReportWarnings(List<Quality> quality, int models, AnswerGuesses guesses, Explanation explanation) {
  private static final double GAP = 0.1;
  private static final int FEW_SUBSETS = 30;
  private static final int LISTED = 3;

  /** Those that hold whatever method is shown. */
  List<String> ofModels(StudyData data, boolean sameFile) {
    var warnings = new ArrayList<String>();
    quality.forEach(one -> poor(one).ifPresent(warnings::add));
    gap().ifPresent(warnings::add);
    if (models == 1) {
      warnings.add("There is one model: another seed would give other scores, and nothing here says how far."
          + " Averages over several models are steadier (`training.models`, or several checkpoints).");
    }
    mistakes().ifPresent(warnings::add);
    if (sameFile) {
      shared(data).ifPresent(warnings::add);
    }
    read("training examples", data.training().warnings(), warnings);
    if (!data.targets().warnings().equals(data.training().warnings())) {
      read("targets", data.targets().warnings(), warnings);
    }
    return warnings;
  }

  /** What readers of the data had to say, the first few of many. */
  private static void read(String what, List<String> found, List<String> into) {
    found.stream().limit(LISTED).forEach(warning -> into.add(sentence("Of the " + what + ", " + warning)));
    if (found.size() > LISTED) {
      into.add("Of the %s, %d more warnings of reading are like these.".formatted(what,
          found.size() - LISTED));
    }
  }

  /** What the model was found to do, such as to draw numbers or to give probabilities where logits are meant. */
  static List<String> ofModel(Collection<String> found) {
    return found.stream().map(ReportWarnings::sentence).toList();
  }

  private static String sentence(String text) {
    return text.substring(0, 1).toUpperCase(Locale.ROOT) + text.substring(1)
        + (text.endsWith(".") ? "" : ".");
  }

  private static Optional<String> poor(Quality one) {
    // where all have one label nobody can be better than answering it
    return one.value().filter(value -> one.trivial() < 1 && value.low() <= one.trivial())
        .map(value -> one.measure().equals("R²")
            ? "On the %s the models predict no better than the mean of the labels would (R² %s): what a poor model answers explains little."
                .formatted(named(one), number(value.mean()))
            : "On the %s the models are not clearly better than always answering the commonest label (accuracy %s, the commonest %s): what a poor model answers explains little."
                .formatted(named(one), number(value.mean()), number(one.trivial())));
  }

  private static String named(Quality one) {
    return one.data().equals("training") ? "training examples" : "targets";
  }

  private Optional<String> gap() {
    if (quality.size() < 2) {
      return Optional.empty();
    }
    var training = quality.getFirst();
    var targets = quality.getLast();
    return training.value().flatMap(fitted -> targets.value()
        .filter(held -> fitted.mean() - held.mean() > GAP && fitted.low() > held.high())
        .map(
            held -> "The models fit the training examples far better than the targets (%s %s against %s): they learnt some of them by heart, and examples that are fitted exactly have gradients near zero."
                .formatted(training.measure(), number(fitted.mean()), number(held.mean()))));
  }

  private Optional<String> mistakes() {
    long wrong = IntStream.range(0, guesses.answers().size()).filter(guesses::isMistaken).count();
    if (wrong == 0 || explanation.kind() == Explanation.Kind.CLASS) {
      return Optional.empty();
    }
    String what = explanation.kind() == Explanation.Kind.LABEL
        ? "the label is what is explained (`task.explain: prediction` explains the prediction)"
        : "the prediction is what is explained (`task.explain: label` explains the label)";
    return Optional.of("%d of %d targets are predicted otherwise than labelled; there %s.".formatted(wrong,
        guesses.answers().size(), what));
  }

  private static Optional<String> shared(StudyData data) {
    var ids = new HashSet<>(data.training().ids());
    long both = data.targets().ids().stream().filter(ids::contains).count();
    return both == 0
        ? Optional.empty()
        : Optional.of(
            "%d of the targets are training examples too: an example's strongest proponent is then often itself."
                .formatted(both));
  }

  /** Those of the scores that are shown and how they were judged. */
  static List<String> ofScores(String method, Semantics semantics, Optional<Judgement> judgement) {
    var warnings = new ArrayList<String>();
    if (semantics.unit().isEmpty()) {
      warnings.add(sentence(semantics.meaning()));
    }
    judgement.ifPresent(found -> judged(method, found, warnings));
    return warnings;
  }

  private static void judged(String method, Judgement judgement, List<String> warnings) {
    Lds lds = judgement.lds().get(method);
    if (lds == null) {
      return;
    }
    if (lds.interval().low() <= 0) {
      warnings.add(
          "The scores of " + method + " are not told apart from chance: the interval of their LDS reaches "
              + number(lds.interval().low()) + ".");
    }
    if (lds.subsets() < FEW_SUBSETS) {
      warnings.add("The scores were judged on " + lds.subsets()
          + " subsets: the interval is wide, and the figure moves with"
          + " the subsets drawn.");
    }
    if (lds.constantTargets() > 0) {
      warnings.add(lds.constantTargets() + " targets were left out of the LDS: one side was constant.");
    }
    judgement.difference().ifPresent(difference -> {
      Interval interval = difference.intervals().twoLevel();
      if (method.equals(judgement.first()) && interval.low() <= 0) {
        warnings
            .add(method + " is not told apart from " + judgement.baseline().orElse("the best other method")
                + ", which may be the cheaper one.");
      }
    });
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, "%.3f", value);
  }
}
