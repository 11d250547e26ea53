package dev.whence.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.whence.data.Batch;
import dev.whence.data.Dataset;
import dev.whence.data.Datasets;
import dev.whence.graph.Graph;
import dev.whence.graph.Graphs;
import dev.whence.graph.ModelState;
import dev.whence.run.CancelledException;
import dev.whence.run.IncompatibleException;
import dev.whence.run.Run;
import dev.whence.run.Workers;
import dev.whence.task.CrossEntropy;
import dev.whence.task.Measurements;
import dev.whence.task.ModelTask;
import dev.whence.task.SquaredError;
import dev.whence.torch.Natives;
import dev.whence.torch.Scope;
import dev.whence.torch.Tensor;
import dev.whence.torch.Threads;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(OneThread.class)
class TrainerTest {
  private static final Recipe SHORT = new Recipe().with(new Sgd(.9, false, 0), .05).steps(12, 32);
  private static Graph graph;
  private static Dataset digits;
  @TempDir
  private Path folder;

  @BeforeAll
  static void load() throws IOException {
    graph = Digits.cnn();
    digits = Digits.all();
  }

  @AfterAll
  static void close() {
    graph.close();
  }

  private static Trainer trainer(Recipe recipe) {
    return new Trainer(new ModelTask(graph, new CrossEntropy()), recipe);
  }

  @Test
  void theDemosNetworkLearnsTheDigits() {
    Recipe recipe = new Recipe().with(new AdamW(), 3e-3).epochs(10, 64);
    long[] order = Permutation.of(1797, 0);
    long[] train = Arrays.copyOf(order, 1437);
    try (
        ModelState model = trainer(recipe).train(graph.state(), digits, train, 1, Run.of(1),
            Step.Listener.NONE);
        var _ = Scope.open()) {
      Batch held = digits.batch(Arrays.copyOfRange(order, 1437, 1797));
      var task = new ModelTask(graph, new CrossEntropy());
      // a positive hard margin is a right answer
      double[] margins = task.measuring(new Measurements.HardMargin()).measurements(model, held).toDoubles();
      assertThat(Arrays.stream(margins).filter(margin -> margin > 0).count() / 360.0)
          .isGreaterThanOrEqualTo(.95);
    }
  }

  @Test
  void theSameSeedGivesTheSameBitsAndAnotherDoesNot() {
    try (ModelState first = trainer(SHORT).train(graph.state(), TrainingSet.all(digits), 5, Run.of(1));
        ModelState again = trainer(SHORT).train(graph.state(), TrainingSet.all(digits), 5, Run.of(2));
        ModelState other = trainer(SHORT).train(graph.state(), TrainingSet.all(digits), 6, Run.of(1))) {
      assertThat(again.fingerprint()).isEqualTo(first.fingerprint());
      assertThat(other.fingerprint()).isNotEqualTo(first.fingerprint());
      assertThat(graph.state().fingerprint()).isNotEqualTo(first.fingerprint());
    }
  }

  @Test
  void dropoutAndRunningStatisticsAreTheSameBitsBesideOtherTrainings() throws IOException {
    try (Graph separable = Graphs.read(Digits.root().resolve("fixtures/models/separable.pt2"))) {
      Dataset images = Images.random(separable, 24);
      var trainer = new Trainer(new ModelTask(separable, new CrossEntropy()), SHORT.steps(6, 8));
      var digests = new ConcurrentHashMap<Long, Object>();
      for (int round = 0; round < 2; round++) {
        Workers.forEach(Run.of(1).withWorkers(round + 1), 6, index -> {
          Threads.setIntraOp(1);
          long seed = index / 2; // every seed twice, beside itself or another
          try (
              ModelState model = trainer.train(separable.state(), TrainingSet.all(images), seed, Run.of(1))) {
            Object earlier = digests.putIfAbsent(seed, model.fingerprint());
            assertThat(earlier == null ? model.fingerprint() : earlier).isEqualTo(model.fingerprint());
          }
        });
      }
      assertThat(digests).hasSize(3);
      assertThat(digests.values()).doesNotHaveDuplicates();
    }
  }

  @Test
  void aListenerSeesEveryStep() {
    var steps = new ArrayList<Step>();
    var losses = new ArrayList<Double>();
    Recipe recipe = SHORT.with(Schedule.LINEAR, 0, 0).steps(7, 500);
    var trainer = trainer(recipe).listening(step -> {
      steps.add(step);
      assertThat(step.before().step()).isEqualTo(step.index());
      assertThat(step.after().step()).isEqualTo(step.index() + 1);
      losses.add(
          new ModelTask(graph, new CrossEntropy()).losses(step.before().model(), step.batch()).mean().item());
    });
    trainer.train(graph.state(), TrainingSet.of(digits, Digits.range(100, 1100)), 5, Run.of(1)).close();
    assertThat(steps).extracting(Step::epoch).containsExactly(0L, 0L, 1L, 1L, 2L, 2L, 3L);
    assertThat(steps).extracting(Step::learningRate).startsWith(.05)
        .isSortedAccordingTo((a, b) -> Double.compare(b, a));
    for (int i = 0; i < 7; i++) {
      assertThat(steps.get(i).loss()).isCloseTo(losses.get(i), within(1e-5));
      assertThat(Arrays.stream(steps.get(i).batch().rows())).allMatch(row -> row >= 100 && row < 1100)
          .hasSize(500);
    }
  }

  @Test
  void weightsScaleTheLossAndZeroLeavesAnExampleOut() {
    Recipe oneBatch = SHORT.steps(3, 40);
    TrainingSet all = TrainingSet.of(digits, Digits.range(0, 40));
    double[] half = new double[40];
    Arrays.fill(half, 0, 20, 2);
    try (ModelState weighted = trainer(oneBatch).train(graph.state(), all.weighted(half), 5, Run.of(1));
        ModelState alone = trainer(SHORT.steps(3, 20)).train(graph.state(),
            TrainingSet.of(digits, Digits.range(0, 20)), 5, Run.of(1));
        var _ = Scope.open()) {
      // Σ over 20 of 2ℓ / 40 is their mean; sums in another order: rounding of float32
      for (var parameter : weighted.parameters().entrySet()) {
        Tensor wanted = java.util.Objects.requireNonNull(alone.parameters().get(parameter.getKey()));
        assertThat(parameter.getValue().subtract(wanted).maxAbs()).isLessThan(1e-6);
      }
    }
    assertThatThrownBy(() -> all.weighted(1, 2)).hasMessage("weights must be one per row, 40, got 2");
  }

  @Test
  void aLossThatIsNotFiniteNamesStepAndExamples() {
    float[] pixels = new float[3 * 64];
    Arrays.fill(pixels, 64, 128, Float.MAX_VALUE); // finite, but its convolution is not
    Dataset broken = Datasets.builder().column("image", pixels, 1, 8, 8).labels(1L, 2L, 3L)
        .classNames("0", "1",
            "2", "3")
        .ids("good", "bad", "fine").build();
    assertThatThrownBy(() -> trainer(SHORT).train(graph.state(), TrainingSet.all(broken), 1, Run.of(1)))
        .isInstanceOf(NonFiniteLossException.class)
        .hasMessageContaining("step 0").hasMessageContaining("1 examples: bad;");
    Recipe wild = SHORT.with(new Sgd(), 1e30);
    assertThatThrownBy(() -> trainer(wild).train(graph.state(), TrainingSet.all(digits), 1, Run.of(1)))
        .isInstanceOf(NonFiniteLossException.class).hasMessageContaining("lower the learning-rate");
  }

  @Test
  void smoothingNeedsClasses() {
    assertThatThrownBy(() -> new Trainer(new ModelTask(graph, new SquaredError()), SHORT.smoothed(.1)))
        .hasMessageContaining("label-smoothing needs a loss over classes");
    try (
        ModelState smooth = trainer(SHORT.smoothed(.2)).train(graph.state(), TrainingSet.all(digits), 5,
            Run.of(1));
        ModelState sharp = trainer(SHORT).train(graph.state(), TrainingSet.all(digits), 5, Run.of(1))) {
      assertThat(smooth.fingerprint()).isNotEqualTo(sharp.fingerprint());
    }
  }

  @Test
  void aCancelledRunGoesOnToTheSameBytes() throws IOException {
    Path whole = folder.resolve("whole");
    close(
        trainer(SHORT).train(graph.state(), TrainingSet.all(digits), 5, Run.of(1), new Saving(whole, 3, 4)));
    Path broken = folder.resolve("broken");
    for (int stop : new int[]{3, 9}) {
      Run run = Run.of(1);
      Trainer stopping = trainer(SHORT).listening(step -> {
        if (step.index() == stop) {
          run.cancel();
        }
      });
      assertThatThrownBy(
          () -> stopping.train(graph.state(), TrainingSet.all(digits), 5, run, new Saving(broken, 3, 0)))
          .isInstanceOf(CancelledException.class);
    }
    var seen = new ArrayList<Long>();
    close(trainer(SHORT).listening(step -> seen.add(step.index())).train(graph.state(),
        TrainingSet.all(digits), 5,
        Run.of(1), new Saving(broken, 3, 0)));
    assertThat(seen).containsExactly(10L, 11L);
    assertThat(names(broken)).containsExactly("step-00000004.safetensors", "step-00000008.safetensors",
        "step-00000012.safetensors").isEqualTo(names(whole));
    for (String name : names(whole)) {
      assertThat(broken.resolve(name)).hasSameBinaryContentAs(whole.resolve(name));
    }
  }

  @Test
  void anotherRunsFilesAreRefused() throws IOException {
    close(trainer(SHORT).train(graph.state(), TrainingSet.all(digits), 5, Run.of(1), new Saving(folder)));
    assertThatThrownBy(
        () -> trainer(SHORT).train(graph.state(), TrainingSet.all(digits), 6, Run.of(1), new Saving(folder)))
        .isInstanceOf(IncompatibleException.class).hasMessageContaining("for seed 5, but seed 6 was given");
    assertThatThrownBy(() -> trainer(SHORT.with(new Sgd(.9, false, 0), .06)).train(graph.state(),
        TrainingSet.all(digits), 5, Run.of(1), new Saving(folder)))
        .hasMessageContaining("recipe learning-rate 0.05, but recipe learning-rate 0.06 was given");
    assertThatThrownBy(() -> trainer(SHORT.with(new Sgd(.8, false, 0), .05)).train(graph.state(),
        TrainingSet.all(digits), 5, Run.of(1), new Saving(folder)))
        .hasMessageContaining("recipe optimizer sgd momentum 0.9");
  }

  @Test
  void nothingNativeIsLeftBehind() throws IOException {
    Recipe recipe = SHORT.steps(5, 32);
    var trainer = trainer(recipe);
    trainer.train(graph.state(), TrainingSet.all(digits), 1, Run.of(1)).close();
    long live = Natives.liveObjects();
    trainer.train(graph.state(), TrainingSet.all(digits), 2, Run.of(1)).close();
    close(trainer.train(graph.state(), TrainingSet.all(digits), 2, Run.of(1), new Saving(folder, 2, 2)));
    close(trainer.train(graph.state(), TrainingSet.all(digits), 2, Run.of(1), new Saving(folder, 2, 2)));
    assertThat(Natives.liveObjects()).isEqualTo(live);
  }

  private static void close(Trajectory trajectory) {
    trajectory.close();
  }

  private static List<String> names(Path folder) throws IOException {
    try (var files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }
}
