package dev.whence.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.whence.data.Dataset;
import dev.whence.graph.Graph;
import dev.whence.run.CancelledException;
import dev.whence.run.Run;
import dev.whence.store.Masks;
import dev.whence.store.OutcomeStore;
import dev.whence.task.CrossEntropy;
import dev.whence.task.ModelTask;
import dev.whence.torch.Natives;
import dev.whence.training.initial.Initialization;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReplicasTest {
  private static final Recipe SHORT = new Recipe().with(new AdamW(), 3e-3).steps(6, 32);
  private static Graph graph;
  private static Dataset training;
  private static Dataset targets;
  @TempDir
  private Path folder;

  @BeforeAll
  static void load() throws IOException {
    graph = Digits.cnn();
    training = Digits.all().select(Digits.range(0, 300));
    targets = Digits.all().select(Digits.range(1700, 1710));
  }

  @AfterAll
  static void close() {
    graph.close();
  }

  private static GraphLearner learner() {
    return new GraphLearner(new ModelTask(graph, new CrossEntropy()), SHORT,
        Initialization.afresh(graph, Map.of()));
  }

  private OutcomeStore store(String name) throws IOException {
    return OutcomeStore.write(folder.resolve(name),
        new OutcomeStore.Header(training.ids(), targets.ids(), 2, Map.of(), "test"),
        Masks.uniform(4, 300, .5, 9));
  }

  @Test
  void theNumbersDoNotDependOnTheNumberOfWorkers() throws IOException {
    for (int workers = 1; workers <= 3; workers++) {
      try (var store = store("workers" + workers)) {
        new Replicas<>(learner(), Run.of(4).withWorkers(workers)).measure(training, targets, store);
        assertThat(store.missing()).isEmpty();
        assertThat(store.outcomes(0, 0)).isNotEqualTo(store.outcomes(0, 1))
            .isNotEqualTo(store.outcomes(1, 0));
      }
    }
    byte[] one = Files.readAllBytes(folder.resolve("workers1"));
    assertThat(Files.readAllBytes(folder.resolve("workers2"))).isEqualTo(one);
    assertThat(Files.readAllBytes(folder.resolve("workers3"))).isEqualTo(one);
  }

  @Test
  void aCancelledRunGoesOnModelByModel() throws IOException {
    Run run = Run.of(4);
    var trained = new AtomicInteger();
    Learner<Dataset> stopping = (data, rows, seed, within) -> {
      assertThat(rows).hasSize(150);
      if (trained.incrementAndGet() == 3) {
        within.cancel();
      }
      return learner().train(data, rows, seed, Run.of(0));
    };
    try (var store = store("broken")) {
      assertThatThrownBy(() -> new Replicas<>(stopping, run).measure(training, targets, store))
          .isInstanceOf(CancelledException.class);
      assertThat(store.missing()).containsExactly(3, 4, 5, 6, 7);
    }
    try (var store = store("broken"); var whole = store("whole")) {
      new Replicas<>(learner(), Run.of(4)).measure(training, targets, store);
      new Replicas<>(learner(), Run.of(4)).measure(training, targets, whole);
    }
    assertThat(folder.resolve("broken")).hasSameBinaryContentAs(folder.resolve("whole"));
  }

  @Test
  void modelsFromSeveralSeedsAreKeptAndNotTrainedAgain() throws IOException {
    var steps = new AtomicInteger();
    var trainer = learner().trainer().listening(_ -> steps.incrementAndGet());
    var models = new TrainedModels(trainer, learner().initialization(), Run.of(4).withWorkers(2));
    var digests = new ArrayList<List<?>>();
    long live = 0; // counted once every operator has been used
    for (String place : List.of("a", "a", "b")) {
      List<Trajectory> trained = models.train(TrainingSet.all(training), 3,
          new Saving(folder.resolve(place), 2, 0));
      assertThat(trained).hasSize(3).allMatch(one -> one.checkpoints().size() == 2);
      assertThat(trained.getFirst().checkpoints()).extracting(checkpoint -> checkpoint.step().getAsLong())
          .containsExactly(3L, 6L);
      digests.add(trained.stream().map(one -> one.end().state().fingerprint()).toList());
      trained.forEach(Trajectory::close);
      live = live == 0 ? Natives.liveObjects() : live;
    }
    assertThat(Natives.liveObjects()).isEqualTo(live);
    assertThat(steps).hasValue(36);
    assertThat(digests.get(1)).isEqualTo(digests.get(0)).doesNotHaveDuplicates();
    assertThat(digests.get(2)).isEqualTo(digests.get(0));
  }

  @Test
  void aStoreForOtherTargetsIsRefused() throws IOException {
    try (var store = store("other")) {
      assertThatThrownBy(() -> new Replicas<>(learner(), Run.of(4)).measure(training, training, store))
          .hasMessage("the outcome store is for 10 outputs, but 300 examples were given");
    }
  }
}
