package dev.whence.attribution.training;

import dev.whence.data.Batch;
import dev.whence.graph.Extent;
import dev.whence.graph.Graph;
import dev.whence.graph.GraphInput;
import dev.whence.graph.Node;
import dev.whence.graph.execution.Execution;
import dev.whence.graph.execution.Tap;
import dev.whence.torch.Autograd;
import dev.whence.torch.Scope;
import dev.whence.torch.Tensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/**
 * How many examples go through a model at once: as many as the run's memory for a batch holds of what the first examples
 * take inside it, within what the model was exported for. It depends on model, data and run alone, never on time or load,
 * so that rows have the same last digits whenever they are made.
 */
final class BatchSize {
  private static final int LEAST = 8;
  private static final int MOST = 512;

  private BatchSize() {
  }

  /** A power of two, but for a model that takes no more than some other number. */
  static int of(Subject subject) {
    long fits = Math.clamp(subject.run().batchBytes() / bytesPerExample(subject), LEAST, MOST);
    return (int) Math.min(Long.highestOneBit(fits), most(subject.task().graph()));
  }

  /** The most examples the model was exported for. */
  private static long most(Graph graph) {
    return graph.inputs().stream().mapToLong(input -> most(graph, input)).min().orElse(Long.MAX_VALUE);
  }

  private static long most(Graph graph, GraphInput input) {
    Integer noted = graph.notes().map(notes -> notes.batchAxes().get(input.name())).orElse(0);
    boolean known = noted != null && noted < input.shape().size();
    return known && input.shape().get(noted) instanceof Extent.Symbolic symbol
        ? Math.max(1, symbol.maximum())
        : Long.MAX_VALUE;
  }

  /** What all nodes give for the first two examples, or the only one, and what goes in, by the example. */
  private static long bytesPerExample(Subject subject) {
    var sum = new Sum();
    Graph graph = subject.task().graph();
    Set<Integer> hidden = Execution.hidden(graph);
    var taps = new LinkedHashMap<Integer, Tap>();
    graph.nodes().stream().filter(node -> !hidden.contains(node.index()))
        .forEach(node -> taps.put(node.index(), sum));
    int examples = (int) Math.min(2, subject.training().size());
    try (var _ = Scope.open(); var _ = Autograd.off()) {
      Batch first = subject.training().batch(LongStream.range(0, examples).toArray());
      Batch two = examples == 2 ? first : first.select(0, 0);
      Map<String, Tensor> inputs = subject.task().inputs(two);
      inputs.values().forEach(sum::add);
      Execution.of(graph).with(taps).run(subject.models().getFirst().state(), inputs);
    }
    return Math.max(1, sum.bytes / 2);
  }

  private static final class Sum implements Tap {
    private long bytes;

    void add(Tensor tensor) {
      bytes += tensor.elements() * tensor.dtype().bytes();
    }

    @Override
    public void observe(Node node, List<@Nullable Object> arguments, List<@Nullable Object> outputs) {
      outputs.forEach(output -> {
        if (output instanceof Tensor tensor) {
          add(tensor);
        }
      });
    }

    @Override
    public boolean keepsTensors() {
      return false;
    }
  }
}
