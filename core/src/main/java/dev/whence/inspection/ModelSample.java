package dev.whence.inspection;

import dev.whence.data.Batch;
import dev.whence.gradient.ExampleGradients;
import dev.whence.graph.CorruptModelException;
import dev.whence.graph.Extent;
import dev.whence.graph.Graph;
import dev.whence.graph.GraphInput;
import dev.whence.graph.Safetensors;
import dev.whence.run.Registry;
import dev.whence.task.Loss;
import dev.whence.torch.Tensor;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.stream.LongStream;

/**
 * Sample inputs of a model with what PyTorch computed for them: the {@code NAME.check.safetensors} that {@code tools/export.py}
 * writes. Owns its tensors until it is closed; belongs to the thread that read it.
 */
final class ModelSample implements AutoCloseable {
  private static final String LABELS = "labels";
  private final Graph graph;
  private final Path file;
  private final Arena arena = Arena.ofConfined();
  private final Safetensors.Archive archive;

  /**
   * Reads the sample of a model, which is borrowed.
   *
   * @throws CorruptModelException if the file is damaged or is no sample of this model
   */
  ModelSample(Graph graph, Path file) throws IOException {
    this.graph = graph;
    this.file = file;
    Safetensors.Archive read;
    try {
      read = Safetensors.read(file, arena);
    } catch (IOException | RuntimeException thrown) {
      arena.close();
      throw thrown;
    }
    archive = read;
    try {
      tensor(LABELS);
      tensor("losses");
      for (GraphInput input : graph.inputs()) {
        tensor("input." + input.name());
      }
    } catch (IOException thrown) {
      close();
      throw thrown;
    }
  }

  private Tensor tensor(String name) throws IOException {
    Tensor found = archive.tensors().get(name);
    if (found == null) {
      throw new CorruptModelException(
          file + " has no tensor '" + name + "', which the sample of this model needs;"
              + " export again, or check with the file that was written beside the model");
    }
    return found;
  }

  /** Number of examples. */
  int examples() {
    return (int) losses().size(0);
  }

  /** What the losses are. @throws CorruptModelException if the file does not say */
  Loss loss() throws IOException {
    String name = archive.metadata().get("loss");
    if (name == null) {
      throw new CorruptModelException(file + " does not say which loss it holds");
    }
    return Registry.of(Loss.class, "loss").get(name);
  }

  /** The logits among a model's outputs. */
  Tensor logits(Map<String, Tensor> outputs) {
    String name = archive.metadata().getOrDefault("logits", graph.outputs().getFirst());
    return Objects.requireNonNull(outputs.get(name), name);
  }

  Tensor labels() {
    return Objects.requireNonNull(archive.tensors().get(LABELS));
  }

  Tensor losses() {
    return Objects.requireNonNull(archive.tensors().get("losses"));
  }

  /** Every input, all examples. */
  Map<String, Tensor> inputs() {
    var inputs = new LinkedHashMap<String, Tensor>();
    graph.inputs().forEach(input -> inputs.put(input.name(),
        Objects.requireNonNull(archive.tensors().get("input." + input.name()))));
    return inputs;
  }

  /** Outputs by name. */
  Map<String, Tensor> outputs() {
    return named("output.");
  }

  /** Gradients of each example's loss by parameter, {@code [b, *shape]}; empty where the file has none. */
  Map<String, Tensor> gradients() {
    return named("gradient.");
  }

  private Map<String, Tensor> named(String prefix) {
    var named = new LinkedHashMap<String, Tensor>();
    archive.tensors().forEach((name, tensor) -> {
      if (name.startsWith(prefix)) {
        named.put(name.substring(prefix.length()), tensor);
      }
    });
    return named;
  }

  /** The axis that counts an input's examples; empty for an input without examples. */
  OptionalInt axis(GraphInput input) {
    if (graph.notes().isPresent()) {
      Integer noted = graph.notes().get().batchAxes().get(input.name());
      return noted == null ? OptionalInt.empty() : OptionalInt.of(noted);
    }
    for (int axis = 0; axis < input.shape().size(); axis++) {
      if (input.shape().get(axis) instanceof Extent.Symbolic) {
        return OptionalInt.of(axis);
      }
    }
    return OptionalInt.empty();
  }

  /** The inputs of some examples, in that order; an input without examples is given whole. */
  Map<String, Tensor> inputs(long... rows) {
    Tensor chosen = Tensor.of(rows, rows.length);
    var some = new LinkedHashMap<String, Tensor>();
    Map<String, Tensor> all = inputs();
    for (GraphInput input : graph.inputs()) {
      Tensor whole = Objects.requireNonNull(all.get(input.name()));
      OptionalInt axis = axis(input);
      some.put(input.name(), axis.isPresent() ? whole.indexSelect(axis.getAsInt(), chosen) : whole);
    }
    return some;
  }

  /** Whether two examples differ in any input. */
  boolean differ(long one, long other) {
    Map<String, Tensor> first = inputs(one);
    Map<String, Tensor> second = inputs(other);
    return graph.inputs().stream().anyMatch(input -> !Arrays.equals(
        Objects.requireNonNull(first.get(input.name())).toDoubles(),
        Objects.requireNonNull(second.get(input.name())).toDoubles()));
  }

  /** Rows of the sample as a batch that holds the labels; {@link #inputs(long...)} gives the inputs of its rows. */
  Batch batch() {
    long[] rows = LongStream.range(0, examples()).toArray();
    return new Batch(rows, Map.of(LABELS, labels()));
  }

  /** Per-example gradients of the loss as methods take them. */
  ExampleGradients exampleGradients() throws IOException {
    Loss loss = loss();
    return new ExampleGradients(graph, batch -> inputs(batch.rows()),
        (outputs, batch) -> loss.perExample(logits(outputs), batch.column(LABELS)), graph.state(), batch());
  }

  @Override
  public void close() {
    archive.close();
    arena.close();
  }
}
