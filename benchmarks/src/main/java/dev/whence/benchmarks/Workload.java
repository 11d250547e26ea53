package dev.whence.benchmarks;

import dev.whence.data.Batch;
import dev.whence.data.Datasets;
import dev.whence.gradient.ExampleGradients;
import dev.whence.graph.Graph;
import dev.whence.graph.GraphInput;
import dev.whence.graph.Graphs;
import dev.whence.graph.Limits;
import dev.whence.graph.ModelState;
import dev.whence.graph.execution.Execution;
import dev.whence.run.Seeds;
import dev.whence.task.CrossEntropy;
import dev.whence.task.Loss;
import dev.whence.task.NextToken;
import dev.whence.task.Quantity;
import dev.whence.torch.Autograd;
import dev.whence.torch.DType;
import dev.whence.torch.Generator;
import dev.whence.torch.Scope;
import dev.whence.torch.Tensor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** One of the two models with weights drawn afresh, a batch for it, and the plain pass that features are measured against. */
final class Workload implements AutoCloseable {
  private final Graph graph;
  private final ModelState state;
  private final Execution execution;
  private final Scope scope = Scope.open();
  private final Map<String, Tensor> columns = new LinkedHashMap<>();
  private final Quantity loss;

  /** Reads {@code models/NAME.pt2} beside the benchmark. */
  Workload(Path models, String name, int examples) throws IOException {
    var usual = new Limits();
    // the files hold zeros for large weights, which no honest model does
    graph = Graphs.read(models.resolve(name + ".pt2"), new Limits(usual.archiveBytes(), usual.textBytes(),
        usual.entries(), 2000, usual.nodes(), usual.runBytes()));
    state = drawn(graph);
    execution = Execution.of(graph);
    boolean language = name.equals("gpt");
    Loss of = language ? new NextToken() : new CrossEntropy();
    loss = (outputs, batch) -> of.perExample(outputs.values().iterator().next(),
        batch.column(Datasets.LABEL));
    GraphInput input = graph.inputs().getFirst();
    try (var generator = new Generator(1)) {
      columns.put(input.name(), language
          ? whole(generator, 512, examples, 64)
          : Tensor.randomNormal(generator, DType.FLOAT32, examples, 3, 32, 32));
      columns.put(Datasets.LABEL,
          language ? whole(generator, 512, examples, 64) : whole(generator, 10, examples));
    }
  }

  private static Tensor whole(Generator generator, long high, long... shape) {
    return Tensor.call("aten::randint.generator", high, shape, generator, DType.INT64);
  }

  /** He's normal distribution for matrices and kernels; vectors as the file has them. */
  private static ModelState drawn(Graph graph) {
    var parameters = new LinkedHashMap<String, Tensor>();
    graph.state().parameters().forEach((name, tensor) -> {
      try (var _ = Scope.open(); var generator = new Generator(Seeds.derive(0, parameters.size()))) {
        double deviation = Math.sqrt(2.0 * tensor.size(0) / tensor.elements());
        parameters.put(name, Scope.release(tensor.rank() < 2
            ? tensor.copy()
            : Tensor.randomNormal(generator, tensor.dtype(), tensor.shape()).multiply(deviation)));
      }
    });
    return new ModelState(parameters, graph.state().buffers());
  }

  ModelState state() {
    return state;
  }

  /** The first examples. */
  Batch batch(int count) {
    var some = new LinkedHashMap<String, Tensor>();
    columns.forEach((name, column) -> some.put(name, column.slice(0, 0, count)));
    return new Batch(new long[count], some);
  }

  private Map<String, Tensor> inputs(Batch batch) {
    String input = graph.inputs().getFirst().name();
    return Map.of(input, batch.column(input));
  }

  ExampleGradients gradients() {
    return new ExampleGradients(graph, this::inputs, loss, state, batch(2));
  }

  /** A plain forward and backward pass: the gradient of the summed loss with respect to all parameters. */
  void plain(int examples) {
    try (var _ = Scope.open(); var _ = Autograd.on()) {
      var leaves = new LinkedHashMap<String, Tensor>();
      state.parameters().forEach((name, tensor) -> leaves.put(name, tensor.leaf()));
      Batch batch = batch(examples);
      Tensor total = forward(new ModelState(leaves, state.buffers()), batch);
      List<Tensor> found = Autograd.gradient(List.of(total), new ArrayList<>(leaves.values()));
      if (!found.getFirst().isFinite()) {
        throw new IllegalStateException("the plain gradient is not finite: the ratio would mean nothing");
      }
    }
  }

  /** Values of the forward pass that the derivative does not need go before it is taken. */
  private Tensor forward(ModelState recorded, Batch batch) {
    try (var inner = Scope.open()) {
      var outputs = execution.run(recorded, inputs(batch)).outputs();
      return inner.keep(Objects.requireNonNull(loss.perExample(outputs, batch)).sum());
    }
  }

  @Override
  public void close() {
    scope.close();
    state.parameters().values().forEach(Tensor::close);
    graph.close();
  }
}
