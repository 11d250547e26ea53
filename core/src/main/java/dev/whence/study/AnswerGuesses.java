package dev.whence.study;

import dev.whence.data.Dataset;
import dev.whence.data.Label;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.IntStream;

/**
 * What the models answer about each target, in words.
 *
 * @param answers of the models' mean
 * @param targets the examples, labelled or not
 * @param labels what the loss takes for a label
 * @param names of classes or outputs
 */
record AnswerGuesses(Answers answers, Dataset targets, Label.Kind labels, ClassNames names) {
  private static final int SHOWN = 3;

  /** Likeliest first, at least one. */
  List<Report.Guess> of(int target) {
    Optional<double[]> classes = answers.of(Answers.LIKELIEST, target);
    if (classes.isPresent()) {
      double[] shares = answers.of(Answers.LIKELIEST_SHARE, target).orElseThrow();
      return IntStream.range(0, Math.min(SHOWN, shares.length))
          .mapToObj(i -> new Report.Guess(names.name((long) classes.get()[i]), Optional.of(shares[i])))
          .toList();
    }
    double[] predicted = predicted(target);
    boolean binary = labels == Label.Kind.TRUTH && predicted.length == 1;
    Optional<Double> share = binary
        ? answers.of(Answers.SHARE, target).map(all -> all[0])
        : Optional.empty();
    return List.of(new Report.Guess(binary ? names.name((long) predicted[0]) : Looks.text(predicted), share));
  }

  /** The likeliest class at each position that counts, or the values. */
  double[] predicted(int target) {
    double[] predicted = answers.of(Answers.PREDICTED, target).orElseThrow();
    if (!Labels.in(targets)) {
      return predicted;
    }
    double[] wanted = Labels.of(targets, target);
    return IntStream.range(0, predicted.length)
        .filter(at -> at >= wanted.length || wanted[at] != Label.IGNORED).mapToDouble(at -> predicted[at])
        .toArray();
  }

  /** Whether the prediction is another class than the label; false where there is no label, or no class. */
  boolean isMistaken(int target) {
    if (labels == Label.Kind.NUMBER || labels == Label.Kind.TOKENS || !Labels.in(targets)) {
      return false;
    }
    double[] wanted = Arrays.stream(Labels.of(targets, target)).filter(label -> label != Label.IGNORED)
        .map(label -> labels == Label.Kind.TRUTH ? Math.rint(label) : label).toArray();
    return !Arrays.equals(wanted, predicted(target));
  }

  /** Whether a value is farther from its label than this loss; false for classes and where there is no label. */
  boolean isFar(int target, double loss) {
    return labels == Label.Kind.NUMBER && loss(target).orElse(0) > loss;
  }

  /** How likely the models hold their answer, the least likely position's; empty for values. */
  OptionalDouble sureness(int target) {
    return answers.of(Answers.SHARE, target).map(shares -> Arrays.stream(shares).min())
        .orElse(OptionalDouble.empty());
  }

  /** The label in words; empty where there is none. */
  Optional<String> label(int target) {
    return Labels.in(targets) ? Optional.of(new Looks(targets).label(target)) : Optional.empty();
  }

  /** The answer in words: a class, a value, or how much of a sequence is predicted. */
  Report.Headline headline(int target) {
    double[] predicted = predicted(target);
    boolean sequence = labels == Label.Kind.TOKENS
        || (labels == Label.Kind.CLASS && answers.of(Answers.LIKELIEST, target)
            .isEmpty());
    if (!sequence) {
      Optional<Boolean> right = labels == Label.Kind.NUMBER || !Labels.in(targets)
          ? Optional.empty()
          : Optional.of(!isMistaken(target));
      return new Report.Headline("Predicted", of(target).getFirst().answer(), right);
    }
    String what = labels == Label.Kind.TOKENS ? "token" : "position";
    if (!Labels.in(targets)) {
      return new Report.Headline("Foretells",
          predicted.length + " " + what + (predicted.length == 1 ? "" : "s"),
          Optional.empty());
    }
    double[] wanted = Arrays.stream(Labels.of(targets, target)).filter(label -> label != Label.IGNORED)
        .toArray();
    long right = IntStream.range(0, wanted.length).filter(at -> wanted[at] == predicted[at]).count();
    return new Report.Headline("Foretells",
        right + " of " + wanted.length + " " + what + (wanted.length == 1 ? "" : "s"),
        Optional.empty());
  }

  /** The mean loss; empty without labels. */
  OptionalDouble loss(int target) {
    return answers.of(Answers.LOSS, target).map(loss -> OptionalDouble.of(loss[0]))
        .orElse(OptionalDouble.empty());
  }

  /** The mean measurement. */
  double measurement(int target) {
    return answers.of(Answers.MEASUREMENT, target).orElseThrow()[0];
  }
}
