package dev.whence.study;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.whence.data.Dataset;
import dev.whence.data.Datasets;
import dev.whence.data.Label;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Quality by hand, and which targets are worth a look. */
class QualityTest {
  private static Answers answers(Map<String, double[][]> numbers) {
    return new Answers(new LinkedHashMap<>(numbers));
  }

  private static double[][] column(double... values) {
    double[][] rows = new double[values.length][];
    for (int row = 0; row < rows.length; row++) {
      rows[row] = new double[]{values[row]};
    }
    return rows;
  }

  private static Dataset labelled(float... labels) {
    return Datasets.builder().column("x", new float[labels.length]).labels(labels).build();
  }

  private static Dataset classes(long... labels) {
    return Datasets.builder().column("x", new float[labels.length]).labels(labels).build();
  }

  @Test
  void accuracyHasWilsonsIntervalEvenWhereAllAreRight() {
    Answers all = answers(
        Map.of(Answers.PREDICTED, column(0, 1, 1, 0, 1), Answers.LOSS, column(1, 2, 3, 4, 5)));
    Quality quality = Quality.of("targets", classes(0, 1, 1, 0, 1), all, Label.Kind.CLASS, 3).orElseThrow();
    assertThat(quality.loss().mean()).isEqualTo(3);
    Report.Estimate accuracy = quality.value().orElseThrow();
    assertThat(accuracy.mean()).isEqualTo(1);
    assertThat(accuracy.low()).isCloseTo(.5655, within(1e-4)); // 5 of 5: n/(n + z²)
    assertThat(accuracy.high()).isEqualTo(1);
    assertThat(quality.trivial()).isCloseTo(.6, within(1e-12));
  }

  @Test
  void determinationIsOneForTheLabelsAndZeroForTheirMean() {
    Dataset labels = labelled(1, 2, 3, 6);
    assertThat(determination(labels, 1, 2, 3, 6)).isEqualTo(1);
    assertThat(determination(labels, 3, 3, 3, 3)).isZero();
    assertThat(determination(labels, 1, 2, 3, 3)).isCloseTo(1 - 9 / 14., within(1e-12));
    Answers all = answers(Map.of(Answers.PREDICTED, column(1, 1), Answers.LOSS, column(0, 0)));
    assertThat(Quality.of("targets", labelled(1, 1), all, Label.Kind.NUMBER, 1).orElseThrow().value())
        .isEmpty();
  }

  private static double determination(Dataset labels, double... predicted) {
    Answers all = answers(Map.of(Answers.PREDICTED, column(predicted), Answers.LOSS, column(0, 0, 0, 0)));
    return Quality.of("training", labels, all, Label.Kind.NUMBER, 1).orElseThrow().value().orElseThrow()
        .mean();
  }

  @Test
  void withoutLabelsThereIsNoQuality() {
    assertThat(Quality.of("targets", labelled(1), answers(Map.of(Answers.PREDICTED, column(1))),
        Label.Kind.NUMBER, 1))
        .isEmpty();
  }

  @Test
  void mistakesComeFirstThenTheLeastSureThenTheRest() {
    Answers all = answers(Map.of(Answers.PREDICTED, column(0, 1, 0, 0, 0, 1), Answers.SHARE,
        column(.99, .6, .95, .7, .55, .99), Answers.LOSS, column(.1, .9, .1, 5, .6, .1)));
    Dataset data = classes(0, 0, 0, 1, 0, 1); // rows 1 and 3 are mistaken, 3 at the greater cost; 4 is unsure
    var guesses = new AnswerGuesses(all, data, Label.Kind.CLASS, new ClassNames(List.of("no", "yes")));
    List<TargetOrder.Place> order = new TargetOrder(guesses, 6, 5).first(6);
    assertThat(order).extracting(TargetOrder.Place::row).startsWith(3, 1, 4).containsExactlyInAnyOrder(0, 1,
        2, 3, 4, 5);
    assertThat(order).extracting(TargetOrder.Place::reason).containsExactly("a mistake", "a mistake",
        "among the least sure", "chosen at random", "chosen at random", "chosen at random");
    assertThat(new TargetOrder(guesses, 6, 5).first(6)).isEqualTo(order);
  }

  @Test
  void valuesFarFromTheirLabelsComeFirst() {
    Answers all = answers(
        Map.of(Answers.PREDICTED, column(1, 2, 9, 4, 1, 1), Answers.LOSS, column(.1, .1, 18, .1, .1, .1)));
    var guesses = new AnswerGuesses(all, labelled(1, 2, 3, 4, 1, 1), Label.Kind.NUMBER,
        new ClassNames(List.of()));
    assertThat(new TargetOrder(guesses, 6, 5).first(2)).first()
        .isEqualTo(new TargetOrder.Place(2, "far from its label"));
  }

  @Test
  void poorModelsAndTheDefaultAreWarnedOf() {
    Answers all = answers(Map.of(Answers.PREDICTED, column(0, 1, 0, 1), Answers.LOSS, column(1, 1, 1, 1)));
    Dataset data = classes(0, 0, 1, 1);
    var guesses = new AnswerGuesses(all, data, Label.Kind.CLASS, new ClassNames(List.of("no", "yes")));
    Quality quality = Quality.of("targets", data, all, Label.Kind.CLASS, 1).orElseThrow();
    List<String> warnings = new ReportWarnings(List.of(quality), 1, guesses,
        new Explanation(Explanation.Kind.LABEL, 0)).ofModels(new StudyData(data, data), true);
    assertThat(warnings)
        .anyMatch(text -> text.contains("not clearly better than always answering the commonest"))
        .anyMatch(text -> text.contains("There is one model"))
        .anyMatch(
            text -> text.contains("2 of 4 targets are predicted otherwise than labelled; there the label"))
        .anyMatch(text -> text.contains("4 of the targets are training examples too"));
  }
}
