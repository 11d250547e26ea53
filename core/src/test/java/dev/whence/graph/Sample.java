package dev.whence.graph;

import dev.whence.graph.execution.Execution;
import dev.whence.run.Registry;
import dev.whence.task.Loss;
import dev.whence.torch.Autograd;
import dev.whence.torch.Scope;
import dev.whence.torch.Tensor;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A golden model and what PyTorch computed with it. */
public final class Sample implements AutoCloseable {
  public final Graph graph;
  public final Map<String, Tensor> inputs = new LinkedHashMap<>();
  final Map<String, Tensor> outputs = new LinkedHashMap<>();
  final Map<String, Tensor> gradients = new LinkedHashMap<>();
  final Tensor labels;
  final Tensor losses;
  public final String logits;
  final Loss loss;
  private final Arena arena = Arena.ofConfined();
  private final Safetensors.Archive check;

  public Sample(Path model) throws IOException {
    graph = Graphs.read(model);
    check = Safetensors.read(Path.of(model.toString().replace(".pt2", ".check.safetensors")), arena);
    check.tensors().forEach((name, tensor) -> {
      if (name.startsWith("input.")) {
        inputs.put(name.substring(6), tensor);
      } else if (name.startsWith("output.")) {
        outputs.put(name.substring(7), tensor);
      } else if (name.startsWith("gradient.")) {
        gradients.put(name.substring(9), tensor);
      }
    });
    labels = check.tensor("labels");
    losses = check.tensor("losses");
    logits = text("logits");
    loss = Registry.of(Loss.class, "loss").get(text("loss"));
  }

  private String text(String key) {
    return Objects.requireNonNull(check.metadata().get(key), key);
  }

  /** Every golden model. */
  static List<Path> models() throws IOException {
    var models = new ArrayList<Path>();
    for (String folder : List.of("models", "structure")) {
      try (Stream<Path> files = Files.list(Path.of(System.getProperty("whence.root"), "fixtures", folder))) {
        files.filter(file -> file.toString().endsWith(".pt2")).sorted().forEach(models::add);
      }
    }
    return models;
  }

  public static Path model(String name) {
    return Path.of(System.getProperty("whence.root"), "fixtures", "models", name + ".pt2");
  }

  public int examples() {
    return (int) losses.size(0);
  }

  /** The axis of the examples of an input, by its symbol. */
  private int axis(GraphInput input) {
    for (int axis = 0; axis < input.shape().size(); axis++) {
      if (input.shape().get(axis) instanceof Extent.Symbolic) {
        return axis;
      }
    }
    return -1;
  }

  /** The inputs of some examples. */
  public Map<String, Tensor> inputs(long start, long end) {
    var some = new LinkedHashMap<String, Tensor>();
    for (GraphInput input : graph.inputs()) {
      Tensor all = Objects.requireNonNull(inputs.get(input.name()), input.name());
      int axis = axis(input);
      some.put(input.name(), axis < 0 ? all : all.slice(axis, start, end));
    }
    return some;
  }

  /** Gradients of one example's loss with respect to every parameter, through plain differentiation. */
  public Map<String, Tensor> gradient(Execution execution, long example) {
    var names = new ArrayList<String>();
    var leaves = new ArrayList<Tensor>();
    var parameters = new LinkedHashMap<String, Tensor>();
    graph.state().parameters().forEach((name, tensor) -> {
      Tensor leaf = tensor.dtype().isFloating() ? tensor.leaf() : tensor;
      parameters.put(name, leaf);
      if (leaf != tensor) {
        names.add(name);
        leaves.add(leaf);
      }
    });
    var state = new ModelState(parameters, graph.state().buffers());
    Tensor value = value(execution, state, example);
    List<Tensor> found = Autograd.gradient(List.of(value), leaves);
    var gradients = new LinkedHashMap<String, Tensor>();
    for (int i = 0; i < names.size(); i++) {
      gradients.put(names.get(i), found.get(i));
    }
    return gradients;
  }

  /** Gradients of one example's loss by what taps saw during the run. */
  List<Tensor> gradientByTaps(Execution execution, long example, Supplier<List<Tensor>> tapped) {
    var leaves = new LinkedHashMap<String, Tensor>();
    graph.state().parameters().forEach((name, tensor) -> leaves.put(name, tensor.leaf()));
    Tensor value = value(execution, new ModelState(leaves, graph.state().buffers()), example);
    return Autograd.gradient(List.of(value), tapped.get());
  }

  private Tensor value(Execution execution, ModelState state, long example) {
    Tensor output = execution.run(state, inputs(example, example + 1)).output(logits);
    return loss.perExample(output, labels.slice(0, example, example + 1)).sum();
  }

  /** Largest difference relative to the larger of the expected numbers' largest size and 1e-3. */
  public static double error(@Nullable Tensor actual, Tensor expected) {
    Objects.requireNonNull(actual);
    try (var _ = Scope.open()) {
      return actual.subtract(expected).maxAbs() / Math.max(1e-3, expected.maxAbs());
    }
  }

  @Override
  public void close() {
    check.close();
    arena.close();
    graph.close();
  }
}
