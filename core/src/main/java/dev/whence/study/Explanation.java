package dev.whence.study;

import dev.whence.data.Dataset;
import dev.whence.data.Label;
import dev.whence.run.Registry;
import dev.whence.task.Measurement;
import dev.whence.task.Measurements;
import dev.whence.task.Task;
import dev.whence.torch.Tensor;

/**
 * What a target's measurement speaks of: its label, what the models predict, or one class for all targets. The choice is made
 * once, of the models' mean, and takes the label's place, so that every measurement, model and retrained model speaks of the same.
 *
 * @param kind which of the three
 * @param number the class, for {@link Kind#CLASS}
 */
public record Explanation(Kind kind, int number) {
  private static final String KEY = "task.explain";

  /** What stands in the label's place. */
  public enum Kind {
    /** The label itself. */
    LABEL,
    /** The class the models' mean probability is largest for, or the mean of their outputs. */
    PREDICTION,
    /** A class by name. */
    CLASS
  }

  /**
   * What a run file asks for.
   *
   * @param targets the examples that are explained, labelled or not
   * @param names what the classes are called
   * @throws IllegalArgumentException if the model or the targets have no such thing, with what they have
   */
  static Explanation of(TaskSettings settings, Task.Differentiable task, Dataset targets, ClassNames names) {
    Label.Kind labels = task.trainingLoss().labels();
    Explanation asked = switch (settings.explain()) {
      case TaskSettings.AUTO -> new Explanation(Labels.in(targets) ? Kind.LABEL : Kind.PREDICTION, 0);
      case "label" -> new Explanation(Kind.LABEL, 0);
      case "prediction" -> new Explanation(Kind.PREDICTION, 0);
      default -> new Explanation(Kind.CLASS, classNumber(settings.explain(), labels, names));
    };
    if (asked.kind() == Kind.LABEL && !Labels.in(targets)) {
      throw new IllegalArgumentException(
          KEY + " is label, but the targets have none; describe them under targets.label, or set " + KEY
              + ": prediction");
    }
    asked.checkMeasured(labels, task.measured());
    return asked;
  }

  private static int classNumber(String name, Label.Kind labels, ClassNames names) {
    return switch (labels) {
      case CLASS, TRUTH -> names.number(name, KEY);
      case NUMBER, TOKENS -> throw new IllegalArgumentException(KEY
          + " must be label or prediction for a model that "
          + (labels == Label.Kind.NUMBER ? "predicts numbers" : "predicts tokens") + ", got '" + name + "'"
          + (labels == Label.Kind.NUMBER
              ? "; one output among several is chosen by measurement: prediction, measurement-settings: {output: …}"
              : ""));
    };
  }

  /** A prediction's own squared error is flat: there is nothing to attribute. */
  private void checkMeasured(Label.Kind labels, Measurement measured) {
    boolean loss = measured instanceof Measurements.LossValue
        || measured instanceof Measurements.NegativeLoss;
    if (kind == Kind.PREDICTION && labels == Label.Kind.NUMBER && loss) {
      throw new IllegalArgumentException("the measurement " + Registry.nameOf(measured)
          + " needs labels: a prediction has no error against itself; give the targets labels, or set"
          + " task.measurement: prediction");
    }
  }

  /** Whether something else than the label stands in its place. */
  public boolean replacesLabels() {
    return kind != Kind.LABEL;
  }

  /**
   * What stands in the labels' place.
   *
   * @param predicted what the models' mean predicts, in the labels' shape, {@code [b, …]}
   * @param classes how many classes the model tells apart; 2 for one binary output
   * @throws IllegalArgumentException if the class is none of the model's
   */
  Tensor stand(Tensor predicted, long classes) {
    if (kind != Kind.CLASS) {
      return predicted;
    }
    if (number >= classes) {
      throw new IllegalArgumentException(
          KEY + " names class " + number + ", but the model tells classes 0.." + (classes - 1));
    }
    return Tensor.call("aten::full_like", predicted, (double) number);
  }
}
