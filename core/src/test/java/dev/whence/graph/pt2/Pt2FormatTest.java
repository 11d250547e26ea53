package dev.whence.graph.pt2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.whence.graph.CorruptModelException;
import dev.whence.graph.Extent;
import dev.whence.graph.Graph;
import dev.whence.graph.Graphs;
import dev.whence.graph.Limits;
import dev.whence.graph.UnsupportedModelException;
import dev.whence.graph.execution.Execution;
import dev.whence.graph.execution.MemoryLimitException;
import dev.whence.torch.DType;
import dev.whence.torch.Scope;
import dev.whence.torch.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class Pt2FormatTest {
  @TempDir
  private Path folder;

  private static Path fixture(String name) {
    return Path.of(System.getProperty("whence.root"), "fixtures", "models", name + ".pt2");
  }

  private Path changed(String model, String end, String from, String to) throws IOException {
    Archive archive = Archive.of(fixture(model));
    String text = archive.text(end);
    assertThat(text).contains(from);
    return archive.put(end, text.replace(from, to)).write(folder.resolve("changed.pt2"));
  }

  private static void refused(Path file, Class<? extends IOException> type, String... parts) {
    assertThatThrownBy(() -> Graphs.read(file).close()).isInstanceOf(type)
        .satisfies(e -> assertThat(e.getMessage()).contains(parts).doesNotContain("\n"));
  }

  @Test
  void aGraphTellsItsInputsSizesModulesAndRecord() throws IOException {
    try (Graph graph = Graphs.read(fixture("resnet"))) {
      assertThat(graph.inputs()).hasSize(1);
      assertThat(graph.inputs().getFirst().shape().getFirst()).isInstanceOf(Extent.Symbolic.class);
      assertThat(graph.outputs()).containsExactly("output");
      String symbol = ((Extent.Symbolic) graph.inputs().getFirst().shape().getFirst()).symbol();
      assertThat(graph.sizes("conv2d").orElseThrow().getFirst().dependsOn(symbol)).isTrue();
      assertThat(graph.details().modules().get("layer1.0.conv1")).isEqualTo("torch.nn.modules.conv.Conv2d");
      assertThat(graph.notes().orElseThrow().loss()).contains("cross-entropy");
      assertThat(graph.notes().orElseThrow().initial()).containsKey("head.weight");
      assertThat(graph.notes().orElseThrow().batchAxes()).containsValue(0);
      assertThat(graph.uses("layer1.0.conv1.weight")).singleElement().extracting(node -> node.target())
          .isEqualTo("aten::conv2d");
    }
  }

  @Test
  void tiedWeightsAreOneParameterUnderItsFirstName() throws IOException {
    try (Graph graph = Graphs.read(fixture("gpt"))) {
      long distinct = graph.parameters().values().stream().distinct().count();
      assertThat(graph.parameters().size()).isGreaterThan((int) distinct);
      assertThat(graph.state().parameters()).hasSize((int) distinct);
    }
  }

  @Test
  void frozenParametersAreNumbersTheModelKeeps() throws IOException {
    String end = "data/weights/model_weights_config.json";
    Archive archive = Archive.of(fixture("mlp"));
    String config = archive.text(end);
    int first = config.indexOf("\"requires_grad\": true");
    String frozen = config.substring(0, first)
        + config.substring(first).replaceFirst("\"requires_grad\": true", "\"requires_grad\": false");
    try (Graph before = Graphs.read(fixture("mlp"));
        Graph after = Graphs.read(archive.put(end, frozen).write(folder.resolve("frozen.pt2")))) {
      assertThat(after.state().parameters()).hasSize(before.state().parameters().size() - 1);
      String name = before.state().parameters().keySet().stream()
          .filter(each -> !after.state().parameters().containsKey(each)).findFirst().orElseThrow();
      assertThat(after.state().buffers()).containsKey(name);
      assertThat(after.buffers()).containsValue(name);
    }
    String all = config.replace("\"requires_grad\": true", "\"requires_grad\": false");
    try (Graph graph = Graphs.read(archive.put(end, all).write(folder.resolve("all.pt2")))) {
      assertThat(graph.state().parameters()).isNotEmpty();
    }
  }

  @Test
  void deflatedAndStoredArchivesAreTheSameModel() throws IOException {
    Archive archive = Archive.of(fixture("lenet"));
    try (Graph stored = Graphs.read(archive.write(folder.resolve("a.pt2"), ZipEntry.STORED));
        Graph deflated = Graphs.read(archive.write(folder.resolve("b.pt2"), ZipEntry.DEFLATED))) {
      assertThat(deflated.nodes()).isEqualTo(stored.nodes());
      stored.state().parameters().forEach(
          (name, tensor) -> assertThat(deflated.state().parameter(name).toFloats())
              .isEqualTo(tensor.toFloats()));
    }
  }

  @Test
  void aFileThatWouldTouchOthersIsRefused() throws IOException {
    refused(
        changed("mlp", "models/model.json", "torch.ops.aten.relu.default",
            "torch.ops.aten.from_file.default"),
        UnsupportedModelException.class, "from_file", "module", "may not");
    refused(
        changed("mlp", "models/model.json", "torch.ops.aten.relu.default", "torch.ops.aten.resize_.default"),
        UnsupportedModelException.class, "storage of tensors");
    refused(changed("mlp", "models/model.json", "torch.ops.aten.relu.default", "torch.ops.mine.relu.default"),
        UnsupportedModelException.class, "node 'relu' (mine::relu", "export again");
    refused(
        changed("mlp", "models/model.json", "torch.ops.aten.relu.default", "torch.ops.aten.no_such.default"),
        UnsupportedModelException.class, "unknown to libtorch");
    refused(changed("mlp", "models/model.json", "torch.ops.aten.relu.default", "os.system"),
        UnsupportedModelException.class, "os::system");
    refused(
        changed("gpt", "models/model.json", "torch.ops.aten.arange.default",
            "torch.ops.higher_order.while_loop"),
        UnsupportedModelException.class, "control structure");
  }

  @Test
  void olderFilesAreRefusedWithTheirVersionAndTheWayOut() throws IOException {
    Path old = folder.resolve("old.pt2");
    try (var zip = new ZipOutputStream(Files.newOutputStream(old))) {
      for (var entry : Map.of("version", "6.1", "serialized_exported_program.json", "{}").entrySet()) {
        zip.putNextEntry(new ZipEntry(entry.getKey()));
        zip.write(entry.getValue().getBytes(java.nio.charset.StandardCharsets.UTF_8));
      }
    }
    refused(old, UnsupportedModelException.class, "6.1", "schema 8", "tools/export.py");
    Path script = folder.resolve("script.pt");
    try (var zip = new ZipOutputStream(Files.newOutputStream(script))) {
      zip.putNextEntry(new ZipEntry("archive/data.pkl"));
      zip.write(1);
    }
    refused(script, UnsupportedModelException.class, "TorchScript", "tools/export.py");
    Path pickle = Files.write(folder.resolve("legacy.pt"), new byte[]{(byte) 0x80, 2, 0, 0});
    refused(pickle, UnsupportedModelException.class, "pickle, which is never read", "tools/export.py");
    Archive between = Archive.of(fixture("mlp"));
    between.entries.keySet().removeIf(name -> name.contains("data/weights/"));
    between.entries.put("mlp/data/weights/model.pt", new byte[]{1});
    refused(
        between
            .put("models/model.json",
                between.text("models/model.json").replace("\"2.13.0+cpu\"", "\"2.8.0\""))
            .write(folder.resolve("between.pt2")),
        UnsupportedModelException.class, "torch 2.8.0", "2.9 to 2.13", "tools/export.py");
    refused(changed("mlp", "models/model.json", "\"major\": 8", "\"major\": 7"),
        UnsupportedModelException.class,
        "schema 7", "torch 2.13", "schema 8");
    refused(changed("mlp", "weights_config.json", "\"use_pickle\": false", "\"use_pickle\": true"),
        UnsupportedModelException.class, "pickle, which is never read", "tools/export.py");
    refused(Files.write(folder.resolve("x.onnx"), new byte[]{8, 7}), UnsupportedModelException.class,
        "known formats");
  }

  @Test
  void weightsThatReachOutsideTheirFileAreRefused() throws IOException {
    for (String size : List.of("64", "4611686018427387904", "9223372036854775807")) {
      Archive archive = Archive.of(fixture("mlp"));
      String config = archive.text("weights_config.json");
      String grown = config.replaceFirst("\"sizes\": \\[\\{\"as_int\": \\d+\\}",
          "\"sizes\": [{\"as_int\": " + size + "}");
      refused(archive.put("weights_config.json", grown).write(folder.resolve("w.pt2")),
          CorruptModelException.class, "tensor '");
    }
    refused(
        changed("mlp", "weights_config.json", "\"storage_offset\": {\"as_int\": 0}",
            "\"storage_offset\": {\"as_int\": 9}"),
        CorruptModelException.class, "reaches element");
    refused(
        changed("mlp", "weights_config.json", "\"path_name\": \"weight_0\"",
            "\"path_name\": \"../../etc/passwd\""),
        CorruptModelException.class, "no entry");
  }

  @Test
  void graphsThatContradictThemselvesAreRefused() throws IOException {
    String json = Archive.of(fixture("mlp")).text("models/model.json");
    assertThat(json).contains("\"name\": \"relu\"");
    refused(
        changed("mlp", "models/model.json", "{\"as_tensor\": {\"name\": \"relu\"}}",
            "{\"as_tensor\": {\"name\": \"tanh\"}}"),
        CorruptModelException.class, "\'tanh\' a second time");
    refused(changed("mlp", "models/model.json", "\"nodes\": [", "\"nodes\": [7, "),
        CorruptModelException.class, "target");
    refused(changed("mlp", "models/model.json", "\"as_float\"", "\"as_imaginary\""),
        UnsupportedModelException.class, "as_imaginary");
    refused(
        changed("mlp", "models/model.json", "\"min_val\": 1, \"max_val\": null",
            "\"min_val\": 10, \"max_val\": 2"),
        CorruptModelException.class, "range_constraints", "sizes from 10 to 2");
    Path deep = Archive.of(fixture("mlp")).put("models/model.json", "[".repeat(100_000))
        .write(folder.resolve("deep.pt2"));
    refused(deep, CorruptModelException.class, "no sound JSON");
    Path twice = Archive.of(fixture("mlp")).put("models/model.json", "{\"a\": 1, \"a\": 2}")
        .write(folder.resolve("twice.pt2"));
    refused(twice, CorruptModelException.class, "no sound JSON");
  }

  @Test
  void namesThatLeaveTheArchiveAndBombsAreRefused() throws IOException {
    for (String name : List.of("mlp/../../x", "/x", "mlp/./x", "mlp\\x", "c:x", "mlp/a\u0001")) {
      Archive archive = Archive.of(fixture("mlp"));
      archive.entries.put(name, new byte[]{1});
      refused(archive.write(folder.resolve("escape.pt2")), CorruptModelException.class, "entry");
    }
    Archive bomb = Archive.of(fixture("mlp"));
    bomb.entries.put("mlp/zeros", new byte[50_000_000]);
    refused(bomb.write(folder.resolve("bomb.pt2"), ZipEntry.DEFLATED), CorruptModelException.class,
        "unpacks");
    Archive many = Archive.of(fixture("mlp"));
    for (int i = 0; i < 200; i++) {
      many.entries.put("mlp/many" + i, new byte[]{1});
    }
    Path file = many.write(folder.resolve("many.pt2"));
    assertThatThrownBy(() -> Graphs.read(file, new Limits(1 << 30, 1 << 20, 100, 200, 1000, 1 << 30)))
        .isInstanceOf(CorruptModelException.class).hasMessageContaining("more than 100 entries");
    assertThatThrownBy(() -> Graphs.read(file, new Limits(1000, 1 << 20, 1000, 200, 1000, 1 << 30)))
        .hasMessageContaining("more than 1000 bytes uncompressed");
    assertThatThrownBy(() -> Graphs.read(fixture("mlp"), new Limits(1 << 30, 1 << 20, 1000, 200, 3, 1 << 30)))
        .hasMessageContaining("more than 3 nodes");
    assertThatThrownBy(() -> Graphs.read(fixture("mlp"), new Limits(1 << 30, 100, 1000, 200, 1000, 1 << 30)))
        .hasMessageContaining("allowed for text");
  }

  @Test
  void sixtyDoublingsEndWithAnErrorInsteadOfTheProcess() throws IOException {
    Archive archive = Archive.of(fixture("mlp"));
    var nodes = new StringBuilder("\"nodes\": [");
    String last = Graphs.read(fixture("mlp")).inputs().getFirst().name();
    for (int i = 0; i < 60; i++) {
      nodes.append(
          "{\"target\": \"torch.ops.aten.cat.default\", \"inputs\": [{\"name\": \"tensors\", \"arg\": {\"as_tensors\": [{\"name\": \"")
          .append(last).append("\"}, {\"name\": \"").append(last)
          .append("\"}]}, \"kind\": 1}], \"outputs\": [{\"as_tensor\": {\"name\": \"bomb").append(i)
          .append("\"}}], \"metadata\": {}},");
      last = "bomb" + i;
    }
    String json = archive.text("models/model.json").replace("\"nodes\": [", nodes);
    Path file = archive.put("models/model.json", json).write(folder.resolve("cats.pt2"));
    try (var _ = Scope.open(); Graph graph = Graphs.read(file)) {
      long width = ((Extent.Fixed) graph.inputs().getFirst().shape().get(1)).size();
      Tensor x = Tensor.zeros(DType.FLOAT32, 4, width);
      assertThatThrownBy(
          () -> Execution.of(graph).run(graph.state(), Map.of(graph.inputs().getFirst().name(), x)))
          .isInstanceOf(MemoryLimitException.class).hasMessageContaining("aten::cat");
    }
  }
}
