package dev.whence.attribution.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.whence.data.DataSpec;
import dev.whence.data.Dataset;
import dev.whence.data.Datasets;
import dev.whence.data.Label;
import dev.whence.data.Normalization;
import dev.whence.data.Source;
import dev.whence.graph.Graph;
import dev.whence.graph.Graphs;
import dev.whence.run.Registry;
import dev.whence.run.Run;
import dev.whence.run.SettingDescription;
import dev.whence.run.Settings;
import dev.whence.score.ScoreMatrix;
import dev.whence.task.CrossEntropy;
import dev.whence.task.ModelTask;
import dev.whence.torch.Natives;
import dev.whence.training.Checkpoint;
import dev.whence.training.Trajectory;
import dev.whence.training.initial.Initialization;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What every registered method promises, on 81 digits, 12 targets and two models. Batches are as small as they get, so that
 * several are under way at once and the last holds one example.
 */
class MethodContractTest {
  private static final Registry<TrainingDataMethod> METHODS = Registry.of(TrainingDataMethod.class, "method");
  private static final Path FIXTURES = Path.of(System.getProperty("whence.root"), "fixtures");
  // matrix products of other shapes add up in another order: float32 rounding of sums of some thousand terms
  private static final double ROUNDING = 2e-4;
  private static Graph graph;
  private static List<Checkpoint> models;
  private static Dataset training;
  private static Dataset targets;

  @BeforeAll
  static void read() throws IOException {
    graph = Graphs.read(FIXTURES.resolve("demo/digits-cnn.pt2"));
    var initial = Initialization.afresh(graph, Map.of());
    models = List.of(new Checkpoint(initial.draw(1), 0, .5), new Checkpoint(initial.draw(2), 0, .25));
    Dataset digits = Datasets.read(DataSpec.of(FIXTURES.resolve("data/digits-100.csv"))
        .withLabel(Label.classes("label"))
        .withColumn("image",
            Source.of("pixel_0..pixel_63").shaped(1, 8, 8).normalized(Normalization.linear(1 / 16.0, 0))));
    training = digits.select(Datasets.range(0, 81));
    targets = digits.select(Datasets.range(81, 93));
  }

  @AfterAll
  static void close() {
    models.forEach(Checkpoint::close);
    graph.close();
  }

  static List<String> names() {
    return METHODS.names();
  }

  private static Run run() {
    return Run.of(3).withBatchBytes(1);
  }

  private static float[][] scores(TrainingDataMethod method, Dataset asked, Run run) throws IOException {
    var task = new ModelTask(graph, new CrossEntropy());
    try (var attributor = method.fit(task, Trajectory.each(models), training, run);
        ScoreMatrix scores = attributor.attribute(asked)) {
      assertThat(scores.targets().size()).isEqualTo((int) asked.size());
      assertThat(scores.sources().ids()).hasSize(81).startsWith(training.id(0)).endsWith(training.id(80));
      assertThat(scores.isComplete()).isTrue();
      return IntStream.range(0, scores.targets().size()).mapToObj(scores::row).toArray(float[][]::new);
    }
  }

  private static void assertClose(float[][] actual, float[][] expected) {
    for (int target = 0; target < expected.length; target++) {
      double largest = 0;
      for (float score : expected[target]) {
        largest = Math.max(largest, Math.abs(score));
      }
      for (int source = 0; source < expected[target].length; source++) {
        assertThat((double) actual[target][source]).as("target %d, source %d", target, source)
            .isCloseTo(expected[target][source], within(ROUNDING * largest));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("names")
  void equalCallsGiveEqualBits(String name) throws IOException {
    assertThat(scores(METHODS.get(name), targets, run()))
        .isDeepEqualTo(scores(METHODS.get(name), targets, run()));
  }

  @ParameterizedTest
  @MethodSource("names")
  void scoresDoNotDependOnWorkersOrOnWhereTheyAreKept(String name, @TempDir Path folder) throws IOException {
    float[][] one = scores(METHODS.get(name), targets, run());
    assertThat(scores(METHODS.get(name), targets, run().withWorkers(3))).isDeepEqualTo(one);
    assertClose(scores(METHODS.get(name), targets, run().withFolder(folder)), one);
  }

  @ParameterizedTest
  @MethodSource("names")
  void scoresDoNotDependOnBatchSizeOrOrderOfTargets(String name) throws IOException {
    TrainingDataMethod method = METHODS.get(name);
    float[][] all = scores(method, targets, run());
    if (Settings.values((Record) method).containsKey("batch-size")) {
      assertClose(scores(METHODS.create(name, Map.of("batch-size", 5)), targets, run()), all);
    }
    float[][] reversed = scores(method, targets.select(11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0), run());
    float[][] turned = IntStream.range(0, 12).mapToObj(i -> reversed[11 - i]).toArray(float[][]::new);
    assertClose(turned, all);
  }

  static List<String> namesThatCompareGradients() {
    return METHODS.names().stream()
        .filter(name -> Settings.values((Record) METHODS.get(name)).containsKey("projection")).toList();
  }

  static List<String> namesThatClaimSomething() {
    return METHODS.names().stream().filter(name -> !(METHODS.get(name) instanceof RandomBaseline)).toList();
  }

  /** An example learnt from pulls the model's answer for a copy of itself towards its label: the sign of a proponent. */
  @ParameterizedTest
  @MethodSource("namesThatClaimSomething")
  void aCopyOfATrainingExampleHasItAsAProponent(String name) throws IOException {
    float[][] scores = scores(METHODS.get(name), training.select(Datasets.range(0, 12)), run());
    for (int target = 0; target < scores.length; target++) {
      assertThat(scores[target][target]).as("target %d", target).isPositive();
    }
  }

  @ParameterizedTest
  @MethodSource("namesThatCompareGradients")
  void selfInfluenceIsTheDiagonalOfTheScoresForTheTrainingExamples(String name) throws IOException {
    Map<String, Object> small = Map.of("projection", Map.of("two-sided", Map.of("rows", 3, "columns", 3)));
    for (TrainingDataMethod method : List.of(METHODS.get(name), METHODS.create(name, small))) {
      float[][] all = scores(method, training, run());
      float[][] diagonal = {new float[81]};
      IntStream.range(0, 81).forEach(i -> diagonal[0][i] = all[i][i]);
      assertClose(new float[][]{selfInfluence(method)}, diagonal);
    }
  }

  private static float[] selfInfluence(TrainingDataMethod method) throws IOException {
    var task = new ModelTask(graph, new CrossEntropy());
    try (var attributor = method.fit(task, Trajectory.each(models), training, run())) {
      double[] found = ((SelfInfluence) attributor).selfInfluence();
      var scores = new float[found.length];
      IntStream.range(0, found.length).forEach(i -> scores[i] = (float) found[i]);
      return scores;
    }
  }

  @ParameterizedTest
  @MethodSource("names")
  void scoresDependOnTheSizeOfBatchesByRoundingOnly(String name) throws IOException {
    assertClose(scores(METHODS.get(name), targets, Run.of(3)), scores(METHODS.get(name), targets, run()));
  }

  @ParameterizedTest
  @MethodSource("names")
  void oneTrainingExampleIsEnough(String name) throws IOException {
    var task = new ModelTask(graph, new CrossEntropy());
    try (var attributor = METHODS.get(name).fit(task, Trajectory.each(models), training.select(0), run());
        ScoreMatrix scores = attributor.attribute(targets)) {
      assertThat(scores.isComplete()).isTrue();
    }
  }

  @Test
  void methodsThatWeighByRateAskForItWhereItIsNotKnown() {
    var task = new ModelTask(graph, new CrossEntropy());
    var unrated = List.of(new Checkpoint(models.getFirst().state()));
    for (String name : METHODS.names()) {
      if (METHODS.get(name).weighsByRate()) {
        assertThatThrownBy(() -> METHODS.get(name).fit(task, Trajectory.each(unrated), training, Run.of(3)))
            .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("1 of 1 tell none")
            .hasMessageContaining("checkpoint-rates");
      }
    }
    assertThat(METHODS.names()).anyMatch(name -> METHODS.get(name).weighsByRate());
  }

  @Test
  void rowsKeptForOtherSettingsAreMadeAgain(@TempDir Path folder) throws IOException {
    Run kept = run().withFolder(folder);
    Map<String, Object> small = Map.of("projection", Map.of("two-sided", Map.of("rows", 3, "columns", 3)));
    scores(METHODS.get("trak"), targets, kept);
    float[][] again = scores(METHODS.create("trak", small), targets, kept);
    assertClose(again, scores(METHODS.create("trak", small), targets, run()));
  }

  @Test
  void onlyScoresThatPredictSumsSaySo() throws IOException {
    var task = new ModelTask(graph, new CrossEntropy());
    for (String name : METHODS.names()) {
      try (var attributor = METHODS.get(name).fit(task, Trajectory.each(models), training, run());
          ScoreMatrix scores = attributor.attribute(targets)) {
        assertThat(scores.semantics().additive()).as(name)
            .isEqualTo(List.of("trak", "grad-dot", "tracin").contains(name));
        assertThat(scores.semantics().unit()).as(name + " measured nothing").isEmpty();
      }
    }
  }

  @ParameterizedTest
  @MethodSource("names")
  void nothingNativeIsLeftBehind(String name) throws IOException {
    scores(METHODS.get(name), targets, run()); // operators keep their schemas for the life of the process
    long before = Natives.liveObjects();
    scores(METHODS.get(name), targets, run());
    assertThat(Natives.liveObjects()).isLessThanOrEqualTo(before);
  }

  @ParameterizedTest
  @MethodSource("names")
  void everySettingIsDocumentedAndRoundTrips(String name) {
    Record method = (Record) METHODS.get(name);
    assertThat(METHODS.create(name, Settings.values(method))).isEqualTo(method);
    assertThat(Settings.describe(method.getClass())).allSatisfy(
        (SettingDescription setting) -> assertThat(setting.help()).isNotBlank());
  }
}
