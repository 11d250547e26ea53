package dev.whence.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.whence.data.Batch;
import dev.whence.graph.Graph;
import dev.whence.graph.Graphs;
import dev.whence.graph.ModelState;
import dev.whence.graph.Safetensors;
import dev.whence.task.CrossEntropy;
import dev.whence.task.ModelTask;
import dev.whence.torch.Scope;
import dev.whence.torch.Tensor;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Optional;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** Five steps on batches that tools/fixtures/training.py drew, against what PyTorch made of them. */
class GoldenTrainingTest {
  @Test
  void convolutionsTrainAsInPyTorch() throws IOException {
    check("models/lenet.pt2", "lenet", new Sgd(.9, true, 1e-2), .05, 0);
  }

  @Test
  void batchNormAndItsStatisticsTrainAsInPyTorch() throws IOException {
    check("models/resnet.pt2", "resnet", new AdamW(.9, .999, 1e-3, 0, .1), .01, .1);
  }

  @Test
  void theDemosNetworkTrainsAsInPyTorch() throws IOException {
    check("demo/digits-cnn.pt2", "digits-cnn", new Adam(.9, .999, 1e-3, 0, 0), .005, 0);
  }

  private static void check(String model, String golden, Optimizer rule, double rate, double smoothing)
      throws IOException {
    Path file = Digits.root()
        .resolve("core/src/test/resources/dev/whence/training/" + golden + ".safetensors");
    try (Graph graph = Graphs.read(Digits.root().resolve("fixtures/" + model));
        var arena = Arena.ofConfined();
        var archive = Safetensors.read(file, arena);
        var _ = Scope.open()) {
      var step = new TrainingStep(new ModelTask(graph, new CrossEntropy(smoothing)), rule);
      TrainingState state = TrainingState.start(graph.state(), rule);
      double[] losses = archive.tensor("loss").toDoubles();
      for (int i = 0; i < losses.length; i++) {
        Tensor weights = archive.tensor("weight").select(0, i);
        TrainingStep.Result result = step.apply(state, batch(archive, i), Optional.of(weights), rate, 1);
        assertThat(result.losses().multiply(weights).mean().item()).isCloseTo(losses[i],
            within(1e-5 * losses[i]));
        state = result.state();
      }
      compare(state.model(), archive);
    }
  }

  private static Batch batch(Safetensors.Archive archive, int step) {
    var columns = new LinkedHashMap<String, Tensor>();
    columns.put("image", archive.tensor("image").select(0, step));
    columns.put("label", archive.tensor("label").select(0, step));
    return new Batch(LongStream.range(0, columns.get("image").size(0)).toArray(), columns);
  }

  private static void compare(ModelState state, Safetensors.Archive golden) {
    var all = new HashMap<>(state.parameters());
    all.putAll(state.buffers());
    all.forEach((name, tensor) -> {
      Tensor wanted = golden.tensor("after." + name);
      // two builds of float32 kernels, five steps: 1e-5 of the tensor's largest number
      double scale = Math.max(1e-3, wanted.maxAbs());
      assertThat(tensor.subtract(wanted).maxAbs()).as(name).isLessThan(1e-5 * scale);
    });
  }
}
