package dev.whence.study;

import dev.whence.data.Label;
import dev.whence.run.Registry;
import dev.whence.task.Measurement;
import dev.whence.task.Measurements;
import dev.whence.task.Task;
import java.util.Optional;

/**
 * Puts into words what is measured of a target.
 *
 * @param task loss and measurement
 * @param explanation what the measurement speaks of
 * @param names of classes or outputs
 */
record Wording(Task.Differentiable task, Explanation explanation, ClassNames names) {

  /** Such as {@code margin}, or {@code prediction of 'price'}. */
  String measurement() {
    return switch (task.measured()) {
      case Measurements.LogitDifference(int plus, int minus) ->
        "logit of " + names.name(plus) + " over that of " + names.name(minus);
      case Measurements.Prediction(int output) when output > 0 || names.names().size() > 1 ->
        "output " + names.name(output);
      default -> Registry.nameOf(task.measured()).replace('-', ' ');
    };
  }

  /** What the measurement means, in a sentence. */
  String legend() {
    return task.measured().meaning();
  }

  /** What the run explains, for all targets at once. */
  String explained() {
    if (!task.measured().speaksOfLabel()) {
      return "the " + measurement();
    }
    return "the " + measurement() + " of " + switch (explanation.kind()) {
      case LABEL -> task.trainingLoss().labels() == Label.Kind.TOKENS ? "the given text" : "the label";
      case PREDICTION -> "the prediction";
      case CLASS -> names.name(explanation.number());
    };
  }

  /** What the measurement of this target speaks of. */
  Report.Subject subject(AnswerGuesses guesses, int target) {
    Measurement measured = task.measured();
    if (!measured.speaksOfLabel()) {
      return new Report.Subject(measurement(), Optional.empty(), "", differs(guesses, target));
    }
    boolean several = guesses.predicted(target).length > 1;
    Label.Kind labels = task.trainingLoss().labels();
    if (several || labels == Label.Kind.TOKENS || labels == Label.Kind.NUMBER) {
      return new Report.Subject(measurement(), Optional.empty(), wholly(labels), "");
    }
    String role = switch (explanation.kind()) {
      case LABEL -> "the label";
      case PREDICTION -> "the prediction";
      case CLASS -> "the class asked for";
    };
    return new Report.Subject(measurement(), Optional.of(speaksOf(guesses, target)), role,
        differs(guesses, target));
  }

  private String speaksOf(AnswerGuesses guesses, int target) {
    return switch (explanation.kind()) {
      case LABEL -> guesses.label(target).orElse("");
      case PREDICTION -> guesses.of(target).getFirst().answer();
      case CLASS -> names.name(explanation.number());
    };
  }

  private String wholly(Label.Kind labels) {
    boolean label = explanation.kind() == Explanation.Kind.LABEL;
    return switch (labels) {
      case TOKENS -> label ? "the given text" : "the likeliest tokens";
      case NUMBER -> "the label";
      case CLASS, TRUTH -> label ? "the labels" : "the predictions";
    };
  }

  /** Where label and prediction differ, which is explained and how to have the other. */
  private String differs(AnswerGuesses guesses, int target) {
    if (!guesses.isMistaken(target) || !task.measured().speaksOfLabel()) {
      return "";
    }
    String predicted = guesses.of(target).getFirst().answer();
    String label = guesses.label(target).orElse("");
    return switch (explanation.kind()) {
      case LABEL -> "Labelled " + label + " but predicted " + predicted
          + ": the label is explained. With `task.explain: prediction` it would be the prediction.";
      case PREDICTION ->
        "Labelled " + label + " but predicted " + predicted + ": the prediction is explained.";
      case CLASS -> "";
    };
  }
}
