package dev.whence.attribution;

import dev.whence.data.Batch;
import dev.whence.data.Dataset;
import dev.whence.data.Features;
import dev.whence.graph.Graph;
import dev.whence.graph.ModelState;
import dev.whence.graph.Node;
import dev.whence.graph.Selector;
import dev.whence.graph.execution.Execution;
import dev.whence.task.Task;
import dev.whence.torch.Autograd;
import dev.whence.torch.DType;
import dev.whence.torch.Scope;
import dev.whence.torch.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/** What examples look like at one place inside a model: a node's output, or its input. Safe for several threads. */
public final class Representation {
  private final Task.Differentiable task;
  private final String name;
  private final boolean unit;
  private final Node node;
  private final boolean input;
  private final Execution execution;

  private Representation(Task.Differentiable task, Node node, boolean input, boolean unit) {
    this.task = task;
    this.unit = unit;
    this.name = (unit ? "unit " : "") + (input ? "input of " : "output of ") + node.name();
    this.node = node;
    this.input = input;
    this.execution = Execution.of(task.graph());
  }

  /**
   * The output of the last node that fits the pattern, or, for an empty pattern, the input of the last linear layer.
   *
   * @param unit whether vectors are brought to length 1
   * @throws IllegalArgumentException if there is none, with the way out
   */
  public static Representation of(Task.Differentiable task, String pattern, boolean unit) {
    return pattern.isEmpty()
        ? new Representation(task, lastLinear(task.graph()), true, unit)
        : new Representation(task, Selector.nodes(task.graph(), pattern).getLast(), false, unit);
  }

  private static Node lastLinear(Graph graph) {
    return graph.nodes().stream().filter(node -> node.target().equals("aten::linear"))
        .reduce((_, later) -> later)
        .orElseThrow(
            () -> new IllegalArgumentException("similarity: the model has no linear layer to look at;"
                + " set node to a node's name, operator or module path"));
  }

  /** Such as {@code unit input of linear_2}. */
  public String name() {
    return name;
  }

  /** Rows, {@code [b, d]} FLOAT32, in the caller's scope; zeros where there is nothing but zeros. */
  public Tensor rows(ModelState state, Batch batch) {
    try (var scope = Scope.open(); var _ = Autograd.off()) {
      Tensor value = seen(state, batch);
      if (value.rank() == 0 || value.size(0) != batch.size()) {
        throw new IllegalArgumentException("similarity: " + name + " is " + value + " for " + batch.size()
            + " examples; choose a node whose first axis counts examples");
      }
      Tensor flat = value.reshape(batch.size(), -1).to(DType.FLOAT32);
      if (!unit) {
        return scope.keep(flat);
      }
      Tensor norm = Tensor.call("aten::clamp_min",
          Tensor.call("aten::linalg_vector_norm", flat, 2.0, new long[]{1}, true), 1e-12);
      return scope.keep(flat.divide(norm));
    }
  }

  /**
   * The rows of all examples as plain numbers, with the data set's ids and, where an example has one, labels.
   *
   * @param state the model
   * @param batchSize examples looked at at once, at least 1
   */
  public Features features(ModelState state, Dataset data, int batchSize) {
    Features.Builder builder = null;
    for (long first = 0; first < data.size(); first += batchSize) {
      long[] some = LongStream.range(first, Math.min(data.size(), first + batchSize)).toArray();
      try (var _ = Scope.open()) {
        Tensor rows = rows(state, data.batch(some));
        if (builder == null) {
          builder = Features.beside(data, columns((int) rows.size(1)));
        }
        float[] numbers = rows.toFloats();
        int width = numbers.length / some.length;
        for (int i = 0; i < some.length; i++) {
          builder.putRow(some[i], Arrays.copyOfRange(numbers, i * width, (i + 1) * width));
        }
      }
    }
    if (builder == null) {
      throw new IllegalArgumentException("there are no examples to look at");
    }
    return builder.build();
  }

  private List<String> columns(int width) {
    return IntStream.range(0, width).mapToObj(i -> name + "[" + i + "]").toList();
  }

  private Tensor seen(ModelState state, Batch batch) {
    var seen = new AtomicReference<@Nullable Tensor>();
    execution.with(Map.of(node.index(), (_, arguments, outputs) -> {
      if ((input ? arguments : outputs).getFirst() instanceof Tensor tensor) {
        seen.set(tensor);
      }
    })).run(state, task.inputs(batch));
    return Objects.requireNonNull(seen.get(), name);
  }
}
