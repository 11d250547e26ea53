package dev.whence.gradient;

import dev.whence.data.Batch;
import dev.whence.graph.Extent;
import dev.whence.graph.Graph;
import dev.whence.graph.GraphInput;
import dev.whence.graph.Graphs;
import dev.whence.graph.Safetensors;
import dev.whence.run.Registry;
import dev.whence.task.Loss;
import dev.whence.task.Quantity;
import dev.whence.torch.Tensor;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** A golden model, its sample examples as a batch, and the gradients PyTorch computed of their losses. */
public final class Golden implements AutoCloseable {
  public final Graph graph;
  final Map<String, Tensor> gradients = new LinkedHashMap<>();
  final Quantity loss;
  private final Arena arena = Arena.ofConfined();
  private final Safetensors.Archive check;
  private final Tensor labels;

  Golden(Path model) throws IOException {
    graph = Graphs.read(model);
    check = Safetensors.read(Path.of(model.toString().replace(".pt2", ".check.safetensors")), arena);
    labels = check.tensor("labels");
    check.tensors().forEach((name, tensor) -> {
      if (name.startsWith("gradient.")) {
        gradients.put(name.substring(9), tensor);
      }
    });
    String logits = Objects.requireNonNull(check.metadata().get("logits"));
    Loss of = Registry.of(Loss.class, "loss").get(Objects.requireNonNull(check.metadata().get("loss")));
    loss = (outputs, batch) -> of.perExample(Objects.requireNonNull(outputs.get(logits)),
        batch.column("label"));
  }

  static Path folder() {
    return Path
        .of(System.getProperty("whence.models", System.getProperty("whence.root") + "/fixtures/models"));
  }

  static List<Path> models() throws IOException {
    try (Stream<Path> files = Files.list(folder())) {
      return files.filter(file -> file.toString().endsWith(".pt2")).sorted().toList();
    }
  }

  public static Golden named(String name) throws IOException {
    return new Golden(Path.of(System.getProperty("whence.root"), "fixtures", "models", name + ".pt2"));
  }

  int examples() {
    return (int) labels.size(0);
  }

  Batch all() {
    return batch(IntStream.range(0, examples()).asLongStream().toArray());
  }

  Batch batch(long... rows) {
    return new Batch(rows, Map.of("label", labels.indexSelect(0, Tensor.of(rows, rows.length))));
  }

  /** The batch's inputs, along whichever axis has the graph's symbol. */
  Map<String, Tensor> inputs(Batch batch) {
    var some = new LinkedHashMap<String, Tensor>();
    for (GraphInput input : graph.inputs()) {
      Tensor all = check.tensor("input." + input.name());
      int axis = -1;
      for (int i = input.shape().size() - 1; i >= 0; i--) {
        axis = input.shape().get(i) instanceof Extent.Symbolic ? i : axis;
      }
      some.put(input.name(), axis < 0 ? all : all.indexSelect(axis, Tensor.of(batch.rows(), batch.size())));
    }
    return some;
  }

  public ExampleGradients exampleGradients() {
    return new ExampleGradients(graph, this::inputs, loss, graph.state(), batch(0, 1));
  }

  @Override
  public void close() {
    check.close();
    arena.close();
    graph.close();
  }
}
