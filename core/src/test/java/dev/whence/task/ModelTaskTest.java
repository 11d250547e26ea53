package dev.whence.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.whence.data.Batch;
import dev.whence.data.Datasets;
import dev.whence.graph.Graph;
import dev.whence.graph.GraphInput;
import dev.whence.graph.Graphs;
import dev.whence.graph.Safetensors;
import dev.whence.run.Registry;
import dev.whence.torch.Scope;
import dev.whence.torch.Tensor;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ModelTaskTest {
  private static final Path MODELS = Path.of(System.getProperty("whence.root"), "fixtures", "models");

  @ParameterizedTest
  @ValueSource(strings = {"mlp", "lenet", "resnet", "separable", "gpt", "lstm", "gru-time-major", "bert",
      "vit", "bag", "derived"})
  void lossesOfEveryGoldenModelAreTorchs(String name) throws IOException {
    try (Graph graph = Graphs.read(MODELS.resolve(name + ".pt2"));
        var arena = Arena.ofConfined();
        var _ = Scope.open()) {
      var check = Safetensors.read(MODELS.resolve(name + ".check.safetensors"), arena);
      Loss loss = Registry.of(Loss.class, "loss").get(graph.notes().orElseThrow().loss().orElseThrow());
      var task = new ModelTask(graph, loss);
      double[] losses = task.losses(graph.state(), batch(graph, check)).toDoubles();
      double[] golden = check.tensor("losses").toDoubles();
      assertThat(losses).hasSameSizeAs(golden);
      for (int i = 0; i < golden.length; i++) {
        // outputs agree to 1e-5 relative
        assertThat(losses[i]).isCloseTo(golden[i], within(1e-5 * Math.max(1, Math.abs(golden[i]))));
      }
    }
  }

  @Test
  void anUnknownOutputIsRefusedByName() throws IOException {
    try (Graph graph = Graphs.read(MODELS.resolve("mlp.pt2"))) {
      var binding = new Binding(Map.of(), Datasets.LABEL, Optional.of("scores"));
      assertThatThrownBy(() -> new ModelTask(graph, new CrossEntropy(), new Measurements.Margin(), binding))
          .hasMessageContaining("no output 'scores'").hasMessageContaining(graph.outputs().getFirst());
    }
  }

  @Test
  void theOutputNotedInTheFileHoldsTheLogits() throws IOException {
    try (Graph graph = Graphs.read(MODELS.resolveSibling("structure").resolve("structure.pt2"));
        var arena = Arena.ofConfined();
        var _ = Scope.open()) {
      assertThat(graph.outputs()).hasSizeGreaterThan(1).doesNotContain("logits");
      var check = Safetensors.read(MODELS.resolveSibling("structure").resolve("structure.check.safetensors"),
          arena);
      var task = new ModelTask(graph, new CrossEntropy());
      Tensor noted = check.tensor("output.output_0");
      assertThat(task.logits(Map.of("output_0", noted)).isSame(noted)).isTrue();
    }
  }

  private static Batch batch(Graph graph, Safetensors.Archive check) {
    var columns = new LinkedHashMap<String, Tensor>();
    Tensor labels = check.tensor("labels");
    for (GraphInput input : graph.inputs()) {
      Tensor value = check.tensor("input." + input.name());
      boolean examplesSecond = value.size(0) != labels.size(0);
      columns.put(input.name(), examplesSecond ? value.transpose(0, 1) : value);
    }
    columns.put(Datasets.LABEL, labels);
    long[] rows = LongStream.range(0, labels.size(0)).toArray();
    return new Batch(rows, columns);
  }
}
