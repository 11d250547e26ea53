package dev.whence.attribution.training;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whence.data.Dataset;
import dev.whence.data.Datasets;
import dev.whence.gradient.projection.ProjectionKind;
import dev.whence.graph.Graph;
import dev.whence.graph.ModelState;
import dev.whence.run.Progress;
import dev.whence.run.Run;
import dev.whence.score.ScoreMatrix;
import dev.whence.task.BinaryCrossEntropy;
import dev.whence.task.CrossEntropy;
import dev.whence.task.Loss;
import dev.whence.task.ModelTask;
import dev.whence.task.SquaredError;
import dev.whence.torch.Scope;
import dev.whence.torch.Tensor;
import dev.whence.training.Checkpoint;
import dev.whence.training.Trajectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Rows on disk are told apart by what they are: two models of two numbers, five points. */
class RowFilesTest {
  private static final ProjectionKind SMALL = new ProjectionKind.TwoSided(1, 2);
  private static final Dataset POINTS = points(1f, 3f, 2f, 5f, 4f);
  @TempDir
  private Path folder;
  private final Graph graph = LinearModels.graph();
  private final List<Checkpoint> models = List.of(LinearModels.checkpoint(1, .5, .5),
      LinearModels.checkpoint(1.4, .8, .25));
  private final List<String> stages = new ArrayList<>();

  private static Dataset points(float... labels) {
    return Datasets.builder().column("x", LinearModels.design(0, 1, 2, 3, 4), 2).labels(labels).build();
  }

  @AfterEach
  void close() {
    models.forEach(Checkpoint::close);
    graph.close();
  }

  private Run run() {
    return Run.of(3).withFolder(folder).withProgress((name, total) -> {
      stages.add(name);
      return Progress.silent().stage(name, total);
    });
  }

  private float[] score(TrainingDataMethod method, Loss loss, Dataset training) throws IOException {
    try (var attributor = method.fit(new ModelTask(graph, loss), Trajectory.each(models), training, run());
        ScoreMatrix scores = attributor.attribute(training)) {
      return scores.row(0);
    }
  }

  private float[] score(TrainingDataMethod method, Graph model, Loss loss, Dataset training)
      throws IOException {
    try (
        var attributor = method.fit(new ModelTask(model, loss), List.of(Trajectory.of(model.state())),
            training,
            run());
        ScoreMatrix scores = attributor.attribute(training)) {
      return scores.row(0);
    }
  }

  private NavigableSet<String> files() throws IOException {
    try (var all = Files.list(folder.resolve("gradients"))) {
      var names = new TreeSet<String>();
      all.map(file -> file.getFileName().toString()).filter(name -> name.endsWith(".rows"))
          .forEach(names::add);
      return names;
    }
  }

  private List<String> passes() {
    return stages.stream().filter(stage -> stage.startsWith("gradients for")).toList();
  }

  @Test
  void methodsThatNeedTheSameRowsComputeThemOnce() throws IOException {
    score(new TracIn(SMALL, 4), new SquaredError(), POINTS);
    var first = files();
    assertThat(first).hasSize(2).allMatch(name -> name.matches("loss-two-sided-[0-9a-f]{12}\\.rows"));
    assertThat(passes()).hasSize(2);
    score(new GradDot(SMALL, 4), new SquaredError(), POINTS);
    score(new GradCos(SMALL, 2), new SquaredError(), POINTS);
    score(new TracIn(SMALL, 4), new SquaredError(), POINTS);
    assertThat(files()).isEqualTo(first);
    assertThat(passes()).hasSize(2);
  }

  @Test
  void aMethodWithOtherSettingsOfItsOwnFindsTheSameRows() throws IOException {
    score(new Trak(SMALL, Optional.of(.1), 0, Trak.Averaging.APART, 4), new SquaredError(), POINTS);
    var first = files();
    assertThat(first).hasSize(2)
        .allMatch(name -> name.matches("output-and-slope-two-sided-[0-9a-f]{12}\\.rows"));
    score(new Trak(SMALL, Optional.of(.9), 0, Trak.Averaging.PRODUCTS, 4), new SquaredError(), POINTS);
    assertThat(files()).isEqualTo(first);
    assertThat(passes()).hasSize(2);
  }

  @Test
  void whatDecidesTheRowsTellsThemApart() throws IOException {
    score(new GradDot(SMALL, 4), new SquaredError(), POINTS);
    score(new GradDot(new ProjectionKind.TwoSided(1, 1), 4), new SquaredError(), POINTS);
    score(new GradDot(SMALL, 4), new BinaryCrossEntropy(), points(1, 0, 1, 0, 1));
    score(new GradDot(SMALL, 4), new SquaredError(), points(1, 0, 1, 0, 1));
    assertThat(passes()).hasSize(8);
    assertThat(files()).hasSize(8);
  }

  @Test
  void aLossWithOtherSettingsHasRowsOfItsOwn() throws IOException {
    Dataset classes = Datasets.builder().column("x", LinearModels.design(0, 1, 2), 2).labels(0L, 1L, 1L)
        .build();
    Tensor weight = Scope.release(Tensor.of(new float[]{1, 0, .5f, 2}, 2, 2));
    try (var wide = new Graph(graph.inputs(), graph.outputValues(), graph.nodes(), graph.parameters(),
        Map.of(),
        new ModelState(Map.of("weight", weight), Map.of()))) {
      var method = new GradDot(SMALL, 4);
      float[] plain = score(method, wide, new CrossEntropy(), classes);
      assertThat(score(method, wide, new CrossEntropy(.3), classes)).isNotEqualTo(plain);
      assertThat(files()).hasSize(2);
    }
  }

  @Test
  void rowsOfModelsThatAreGoneGo() throws IOException {
    score(new GradDot(SMALL, 4), new SquaredError(), POINTS);
    score(new RepresentationSimilarity(), new SquaredError(), POINTS);
    assertThat(files()).hasSize(4);
    Files.copy(folder.resolve("gradients").resolve(files().first()),
        folder.resolve("gradients/trak-000.rows"));
    Files.copy(folder.resolve("gradients").resolve(files().first() + ".index"),
        folder.resolve("gradients/trak-000.rows.index"));
    RowFiles.in(folder).keepOnly(graph, models.stream().map(Checkpoint::state).toList(), POINTS);
    assertThat(files()).as("rows of an earlier name go").hasSize(4);
    RowFiles.in(folder).keepOnly(graph, List.of(models.getLast().state()), POINTS);
    assertThat(files()).as("rows of one model of two").hasSize(2);
    RowFiles.in(folder).keepOnly(graph, List.of(models.getLast().state()), points(1, 0, 1, 0, 1));
    assertThat(folder.resolve("gradients")).isEmptyDirectory();
  }
}
