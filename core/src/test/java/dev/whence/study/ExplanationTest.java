package dev.whence.study;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.whence.run.Run;
import dev.whence.score.ScoreMatrix;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is explained: 40 digits, 8 targets, two models of the MLP barely trained, so that some predictions are no labels. */
class ExplanationTest {
  private static final Path ROOT = Path.of(System.getProperty("whence.root"));
  @TempDir
  private Path folder;
  private final Map<String, Object> task = new HashMap<>();
  private final Map<String, Object> targets = new HashMap<>(Map.of("rows", "40..47"));
  private Object names = List.of("zero", "one", "two", "three", "four", "five", "six", "seven", "eight",
      "nine");

  @BeforeEach
  void attributesTheMargin() {
    task.put("measurement", "margin");
  }

  private Study open(String run) throws IOException {
    var data = Map.of("path", ROOT.resolve("fixtures/data/digits-100.csv").toString(), "rows", "0..39",
        "columns",
        Map.of("image", Map.of("from", "pixel_*", "shape", List.of(1, 8, 8), "scale", "1/16")), "label",
        Map.of("from", "label", "classes", names));
    var values = Map.of("model", ROOT.resolve("fixtures/demo/digits-mlp.pt2").toString(), "data", data,
        "targets", targets, "task", task, "training",
        Map.of("start", "fresh", "models", 2, "checkpoints-per-model", 1, "recipe", Map.of("steps", 3)),
        "methods",
        Map.of("grad-dot", Map.of()), "evaluation", Map.of("subsets", 5, "repeats", 1, "resamples", 1000));
    return Study.open(RunFile.parse(values, folder), folder.resolve(run), Run.of(0));
  }

  private float[][] scores(String run) throws IOException {
    try (Study study = open(run)) {
      return scores(study);
    }
  }

  private static float[][] scores(Study study) throws IOException {
    Map<String, ScoreMatrix> all = study.attribute();
    try (ScoreMatrix matrix = Objects.requireNonNull(all.get("grad-dot"))) {
      float[][] rows = new float[matrix.targets().size()][];
      for (int row = 0; row < rows.length; row++) {
        rows[row] = matrix.row(row);
      }
      return rows;
    }
  }

  private static List<Report.Target> shown(Study study) throws IOException {
    Map<String, ScoreMatrix> all = study.attribute();
    try {
      return study.report(new ReportSettings("", List.of(), 8, 1), all, Optional.empty()).targets();
    } finally {
      all.values().forEach(ScoreMatrix::close);
    }
  }

  @Test
  void thePredictionIsOneClassForAllModelsAndEqualsThatClassByName() throws IOException {
    task.put("explain", "prediction");
    float[][] predicted;
    List<Report.Target> answers;
    try (Study study = open("prediction")) {
      predicted = scores(study);
      answers = shown(study);
    }
    for (Report.Target target : answers) {
      int row = Integer.parseInt(target.example().id()) - 40;
      task.put("explain", target.guesses().getFirst().answer());
      float[][] named = scores("class-" + target.guesses().getFirst().answer());
      assertThat(named[row]).isEqualTo(predicted[row]);
    }
  }

  @Test
  void theLabelIsExplainedUnlessAskedOtherwise() throws IOException {
    float[][] usual = scores("usual");
    task.put("explain", "label");
    float[][] label = scores("label");
    assertThat(usual).isDeepEqualTo(label);
    task.put("explain", "prediction");
    assertThat(Arrays.deepEquals(scores("prediction"), label)).isFalse();
  }

  @Test
  void targetsWithoutLabelsAreExplainedByTheirPrediction() throws IOException {
    task.put("explain", "prediction");
    float[][] predicted = scores("prediction");
    task.remove("explain");
    targets.put("label", null);
    try (Study study = open("unlabelled")) {
      assertThat(scores(study)).isDeepEqualTo(predicted);
      assertThat(study.targets().columns()).noneMatch(column -> column.name().equals("label"));
      assertThat(shown(study)).allMatch(target -> target.example().label().isEmpty());
    }
    task.put("explain", "label");
    assertThatThrownBy(() -> open("refused"))
        .hasMessageContaining("task.explain is label, but the targets have none");
  }

  @Test
  void classesOfADifferenceAreNamed() throws IOException {
    task.put("measurement", "logit-difference");
    task.put("measurement-settings", Map.of("plus", "three", "minus", "8"));
    float[][] named = scores("named");
    task.put("measurement-settings", Map.of("plus", "3", "minus", "eight"));
    assertThat(scores("numbered")).isDeepEqualTo(named);
    task.put("measurement-settings", Map.of("plus", "tree"));
    assertThatThrownBy(() -> open("refused")).hasMessageContaining("did you mean 'three'?");
    task.put("measurement-settings", Map.of("plus", "zero"));
    assertThatThrownBy(() -> open("refused")).hasMessageContaining("needs two classes");
  }

  @Test
  void aClassThatThereIsNotIsRefusedBeforeAnythingIsWritten() {
    task.put("explain", "sevn");
    assertThatThrownBy(() -> open("refused")).hasMessageContaining("task.explain names class 'sevn'")
        .hasMessageContaining("did you mean 'seven'?");
    task.put("explain", "seven");
    task.put("loss", "squared-error");
    assertThatThrownBy(() -> open("refused")).hasMessageContaining("label");
    assertThat(folder.resolve("refused")).doesNotExist();
  }

  @Test
  void namedNumbersComeBeforePositions() throws IOException {
    names = List.of("9", "8", "7", "6", "5", "4", "3", "2", "1", "0");
    task.put("explain", "9");
    try (Study study = open("numbers")) {
      assertThat(study.explanation().number()).isZero();
    }
  }

  @Test
  void retrainedModelsAreAskedForTheSameClass() throws IOException {
    task.put("explain", "prediction");
    double[] same;
    try (Study study = open("prediction")) {
      Map<String, ScoreMatrix> all = study.attribute();
      same = study.evaluate(all).truth().outcomes(0);
      all.values().forEach(ScoreMatrix::close);
      task.put("explain", shown(study).getFirst().guesses().getFirst().answer());
    }
    try (Study study = open("class")) {
      Map<String, ScoreMatrix> all = study.attribute();
      assertThat(study.evaluate(all).truth().outcomes(0)).isEqualTo(same);
      all.values().forEach(ScoreMatrix::close);
    }
  }
}
