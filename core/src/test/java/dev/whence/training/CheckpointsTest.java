package dev.whence.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.whence.graph.CorruptModelException;
import dev.whence.graph.Graph;
import dev.whence.graph.Graphs;
import dev.whence.graph.ModelState;
import dev.whence.graph.Node;
import dev.whence.graph.Safetensors;
import dev.whence.run.IncompatibleException;
import dev.whence.torch.DType;
import dev.whence.torch.Natives;
import dev.whence.torch.Scope;
import dev.whence.torch.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CheckpointsTest {
  @TempDir
  private Path folder;

  private static Graph model(String name) throws IOException {
    return Graphs.read(Digits.root().resolve("fixtures/models/" + name + ".pt2"));
  }

  @Test
  void whatIsWrittenIsReadBack() throws IOException {
    Path file = folder.resolve("new/model.safetensors");
    try (Graph graph = model("resnet")) {
      Checkpoints.write(file, new Checkpoint(graph.state(), 12, .25), Map.of("seed", "3"));
      byte[] first = Files.readAllBytes(file);
      Checkpoints.write(file, new Checkpoint(graph.state(), 12, .25), Map.of("seed", "3"));
      assertThat(Files.readAllBytes(file)).isEqualTo(first);
      long live = Natives.liveObjects();
      try (Checkpoint read = Checkpoints.read(file, graph)) {
        assertThat(read.step()).hasValue(12);
        assertThat(read.learningRate()).hasValue(.25);
        assertThat(read.state().fingerprint()).isEqualTo(graph.state().fingerprint());
      }
      assertThat(Natives.liveObjects()).isEqualTo(live);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"mlp", "resnet", "gpt"})
  void checkpointsTrainedElsewhereAreReadByName(String name) throws IOException {
    try (Graph graph = model(name);
        Checkpoint read = Checkpoints
            .read(Digits.root().resolve("fixtures/scores/" + name + ".checkpoint-1.safetensors"), graph)) {
      assertThat(read.state().parameters().keySet()).isEqualTo(graph.state().parameters().keySet());
      assertThat(read.learningRate()).isPresent();
    }
  }

  private static Path exported(String name) {
    return Digits.root().resolve("fixtures/models/" + name + ".pt2");
  }

  @Test
  void anExportedModelOfTheSameGraphIsACheckpointOfUnknownStepAndRate() throws IOException {
    try (Graph graph = model("resnet"); Checkpoint read = Checkpoints.read(exported("resnet"), graph)) {
      assertThat(read.state().fingerprint()).isEqualTo(graph.state().fingerprint());
      assertThat(read.step()).isEmpty();
      assertThat(read.learningRate()).isEmpty();
    }
  }

  @Test
  void anExportedModelOfAnotherGraphIsRefusedEvenIfItsNamesFit() throws IOException {
    try (Graph graph = model("mlp")) {
      assertThatThrownBy(() -> Checkpoints.read(exported("resnet"), graph))
          .isInstanceOf(IncompatibleException.class).hasMessageContaining("no checkpoint of this model");
      var nodes = new ArrayList<>(graph.nodes());
      Node last = nodes.removeLast();
      nodes.add(new Node(last.index(), last.name(), "aten::other", last.module(), last.arguments(),
          last.outputs()));
      var other = new Graph(graph.inputs(), graph.outputValues(), nodes, graph.parameters(), graph.buffers(),
          graph.state());
      assertThatThrownBy(() -> Checkpoints.read(exported("mlp"), other))
          .isInstanceOf(IncompatibleException.class)
          .hasMessageContaining("mlp.pt2 holds another graph than the model: node '" + last.name() + "' is "
              + last.target());
    }
  }

  @Test
  void aDamagedExportedModelIsNoCheckpoint() throws IOException {
    byte[] bytes = Files.readAllBytes(exported("mlp"));
    Path file = Files.write(folder.resolve("half.pt2"), Arrays.copyOf(bytes, bytes.length / 2));
    long live = Natives.liveObjects();
    try (Graph graph = model("mlp")) {
      assertThatThrownBy(() -> Checkpoints.read(file, graph)).isInstanceOf(IOException.class)
          .hasMessageContaining("half.pt2");
    }
    assertThat(Natives.liveObjects()).isEqualTo(live);
  }

  @Test
  void aRateOfZeroIsZeroAndOneThatIsNoNumberIsRefused() throws IOException {
    try (Graph graph = model("mlp")) {
      Path file = folder.resolve("rated.safetensors");
      Safetensors.write(file, graph.state().parameters(), Map.of("learning_rate", "0"));
      try (Checkpoint read = Checkpoints.read(file, graph)) {
        assertThat(read.learningRate()).hasValue(0);
        assertThat(read.step()).isEmpty();
      }
      for (String wrong : List.of("-1", "NaN", "fast")) {
        Safetensors.write(file, graph.state().parameters(), Map.of("learning_rate", wrong));
        assertThatThrownBy(() -> Checkpoints.read(file, graph)).isInstanceOf(IncompatibleException.class)
            .hasMessageContaining("learning_rate must be a finite number >= 0, got '" + wrong + "'");
      }
    }
  }

  private Path changed(Graph graph, Consumer<Map<String, Tensor>> change) throws IOException {
    Path file = folder.resolve("changed.safetensors");
    var tensors = new LinkedHashMap<String, Tensor>(graph.state().parameters());
    tensors.putAll(graph.state().buffers());
    change.accept(tensors);
    Safetensors.write(file, tensors, Map.of());
    return file;
  }

  @Test
  void misfitsAreListedByName() throws IOException {
    try (Graph graph = model("resnet"); var _ = Scope.open()) {
      Path file = changed(graph, tensors -> {
        tensors.remove("head.bias");
        tensors.remove("bn.running_var");
        tensors.put("stem.weight", Tensor.zeros(DType.FLOAT32, 8, 3, 3));
        tensors.put("surplus", Tensor.zeros(DType.FLOAT32, 2));
      });
      assertThatThrownBy(() -> Checkpoints.read(file, graph)).isInstanceOf(IncompatibleException.class)
          .hasMessageContaining("missing 2: head.bias, bn.running_var;")
          .hasMessageContaining("unknown 1: surplus;")
          .hasMessageContaining("stem.weight (FLOAT32[8, 3, 3], the model has FLOAT32[8, 3, 3, 3]);");
    }
  }

  @Test
  void aPrefixIsSuggestedAndNeverGuessed() throws IOException {
    try (Graph graph = model("mlp")) {
      Path file = changed(graph, tensors -> {
        var plain = new LinkedHashMap<>(tensors);
        tensors.clear();
        plain.forEach((name, tensor) -> tensors.put("module." + name, tensor));
      });
      assertThatThrownBy(() -> Checkpoints.read(file, graph)).hasMessageContaining("prefix 'module.'");
    }
  }

  @Test
  void aTiedParameterMayStandTwiceIfItsNumbersAreTheSame() throws IOException {
    try (Graph graph = model("gpt"); var _ = Scope.open()) {
      Tensor token = Objects.requireNonNull(graph.state().parameters().get("token.weight"));
      Checkpoints.read(changed(graph, tensors -> tensors.put("head.weight", token)), graph).close();
      Path other = changed(graph, tensors -> tensors.put("head.weight", token.add(1)));
      assertThatThrownBy(() -> Checkpoints.read(other, graph)).isInstanceOf(IncompatibleException.class)
          .hasMessageContaining("'token.weight' and 'head.weight' are one tied parameter in the model")
          .hasMessageNotContaining("unknown");
      Path smaller = changed(graph, tensors -> tensors.put("head.weight", Tensor.zeros(DType.FLOAT32, 2)));
      assertThatThrownBy(() -> Checkpoints.read(smaller, graph))
          .hasMessageContaining("'token.weight' and 'head.weight' are one tied parameter in the model");
    }
  }

  @Test
  void aTiedParameterIsFoundUnderWhicheverOfItsNamesWasSaved() throws IOException {
    try (Graph graph = model("gpt"); var _ = Scope.open()) {
      Path file = changed(graph,
          tensors -> tensors.put("head.weight", Objects.requireNonNull(tensors.remove("token.weight"))));
      try (Checkpoint read = Checkpoints.read(file, graph)) {
        assertThat(read.state().fingerprint()).isEqualTo(graph.state().fingerprint());
      }
    }
  }

  @Test
  void whatSaveModelLeftOutIsFoundByTheNameItNotes() throws IOException {
    try (Graph graph = model("mlp"); var _ = Scope.open()) {
      var tensors = new LinkedHashMap<String, Tensor>(graph.state().parameters());
      String name = tensors.firstEntry().getKey();
      tensors.put("kept", Objects.requireNonNull(tensors.remove(name)));
      Path file = folder.resolve("saved.safetensors");
      Safetensors.write(file, tensors, Map.of("format", "pt", name, "kept"));
      try (Checkpoint read = Checkpoints.read(file, graph)) {
        assertThat(read.state().fingerprint()).isEqualTo(graph.state().fingerprint());
      }
      Safetensors.write(file, tensors, Map.of("format", "pt"));
      assertThatThrownBy(() -> Checkpoints.read(file, graph)).hasMessageContaining("missing 1: " + name);
    }
  }

  @Test
  void anInfiniteBufferMayBeMeantAndNoOtherNumberMayBeInfiniteOrNone() throws IOException {
    try (Graph graph = model("resnet"); var _ = Scope.open()) {
      Tensor mean = Objects.requireNonNull(graph.state().buffers().get("bn.running_mean"));
      Tensor bias = Objects.requireNonNull(graph.state().parameters().get("head.bias"));
      Checkpoints
          .read(changed(graph, tensors -> tensors.put("bn.running_mean", mean.multiply(0).add(1 / 0.))),
              graph)
          .close();
      Path noNumber = changed(graph, tensors -> tensors.put("bn.running_mean", mean.multiply(Double.NaN)));
      assertThatThrownBy(() -> Checkpoints.read(noNumber, graph))
          .hasMessageContaining("'bn.running_mean' holds a number that is NaN or infinite");
      Path infinite = changed(graph, tensors -> tensors.put("head.bias", bias.add(1 / 0.)));
      assertThatThrownBy(() -> Checkpoints.read(infinite, graph))
          .hasMessageContaining("'head.bias' holds a number that is NaN or infinite");
    }
  }

  @Test
  void aTruncatedFileIsCorrupt() throws IOException {
    try (Graph graph = model("mlp")) {
      Path file = changed(graph, _ -> {
      });
      byte[] bytes = Files.readAllBytes(file);
      Files.write(file, Arrays.copyOf(bytes, bytes.length - 5));
      assertThatThrownBy(() -> Checkpoints.read(file, graph)).isInstanceOf(CorruptModelException.class);
    }
  }

  @Test
  void checkpointsLieEvenlyAndEndWithTheResult() {
    assertThat(new Saving(folder, 3, 0).steps(10)).containsExactly(4, 7, 10);
    assertThat(new Saving(folder, 5, 0).steps(2)).containsExactly(1, 2);
    assertThatThrownBy(() -> new Checkpoint(new ModelState(Map.of(), Map.of()), -1, 0))
        .hasMessage("step must be >= 0, got -1");
  }
}
