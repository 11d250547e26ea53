package dev.whence.attribution.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.whence.data.Dataset;
import dev.whence.data.DatasetBuilder;
import dev.whence.data.Datasets;
import dev.whence.graph.Graph;
import dev.whence.graph.GraphInput;
import dev.whence.graph.Graphs;
import dev.whence.graph.Safetensors;
import dev.whence.run.Registry;
import dev.whence.run.Run;
import dev.whence.score.ScoreMatrix;
import dev.whence.task.Binding;
import dev.whence.task.Loss;
import dev.whence.task.Measurements;
import dev.whence.task.ModelTask;
import dev.whence.torch.DType;
import dev.whence.torch.Tensor;
import dev.whence.training.Checkpoint;
import dev.whence.training.Checkpoints;
import dev.whence.training.Trajectory;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Score matrices that PyTorch computed in float64 by plain autograd, see fixtures/README.md. */
class GoldenScoresTest {
  private static final Path FIXTURES = Path.of(System.getProperty("whence.root"), "fixtures");

  @ParameterizedTest
  @ValueSource(strings = {"mlp", "resnet", "gpt"})
  void gradientMethodsEqualTorch(String name) throws IOException {
    try (Graph graph = Graphs.read(FIXTURES.resolve("models/" + name + ".pt2"));
        var arena = Arena.ofConfined();
        var golden = Safetensors.read(FIXTURES.resolve("scores/" + name + ".safetensors"), arena)) {
      Loss loss = Registry.of(Loss.class, "loss").get(graph.notes().orElseThrow().loss().orElseThrow());
      var task = new ModelTask(graph, loss, new Measurements.NegativeLoss(), new Binding());
      Dataset sources = dataset(graph, golden, "sources");
      Dataset targets = dataset(graph, golden, "targets");
      List<Checkpoint> checkpoints = checkpoints(graph, name, golden.tensor("learning_rates").toDoubles());
      List<Trajectory> trained = List.of(new Trajectory(checkpoints, Optional.empty()));
      check(new GradDot().fit(task, trained, sources, Run.of(0)), targets, golden.tensor("grad-dot"));
      check(new GradCos().fit(task, trained, sources, Run.of(0)), targets, golden.tensor("grad-cos"));
      check(new TracIn().fit(task, trained, sources, Run.of(0)), targets, golden.tensor("tracin"));
      checkpoints.forEach(Checkpoint::close);
    }
  }

  private static void check(TrainingDataAttributor attributor, Dataset targets, Tensor golden)
      throws IOException {
    try (attributor; ScoreMatrix scores = attributor.attribute(targets)) {
      double[] expected = golden.toDoubles();
      double largest = Arrays.stream(expected).map(Math::abs).max().orElseThrow();
      int sources = scores.sources().size();
      assertThat(expected).hasSize(scores.targets().size() * sources);
      for (int i = 0; i < expected.length; i++) {
        // float32 gradients, each within 1e-4 of its largest entry, in products of thousands of terms
        assertThat((double) scores.score(i / sources, i % sources))
            .as("target %d, source %d", i / sources, i % sources)
            .isCloseTo(expected[i], within(1e-4 * largest));
      }
    }
  }

  private static List<Checkpoint> checkpoints(Graph graph, String name, double[] rates) throws IOException {
    var checkpoints = new ArrayList<Checkpoint>();
    for (int i = 0; i < rates.length; i++) {
      Checkpoint read = Checkpoints
          .read(FIXTURES.resolve("scores/" + name + ".checkpoint-" + i + ".safetensors"), graph);
      assertThat(read.learningRate()).hasValue(rates[i]);
      checkpoints.add(read);
    }
    return checkpoints;
  }

  private static Dataset dataset(Graph graph, Safetensors.Archive golden, String side) {
    DatasetBuilder builder = Datasets.builder();
    for (GraphInput input : graph.inputs()) {
      add(builder, input.name(), golden.tensor(side + ".input." + input.name()));
    }
    return add(builder, Datasets.LABEL, golden.tensor(side + ".labels")).build();
  }

  private static DatasetBuilder add(DatasetBuilder builder, String name, Tensor values) {
    long[] shape = Arrays.copyOfRange(values.shape(), 1, values.rank());
    return values.dtype() == DType.INT64
        ? builder.column(name, values.toLongs(), shape)
        : builder.column(name, values.toFloats(), shape);
  }
}
