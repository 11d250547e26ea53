package dev.whence.gradient;

import dev.whence.gradient.factor.Layout;
import dev.whence.graph.Graph;
import dev.whence.graph.ModelState;
import dev.whence.graph.Node;
import dev.whence.graph.execution.Execution;
import dev.whence.graph.execution.Tap;
import dev.whence.torch.Autograd;
import dev.whence.torch.Scope;
import dev.whence.torch.Tensor;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Where the examples lie in the outputs of some nodes, seen by running the graph on two numbers of examples. Sizes in a
 * model file name a symbol, but not where a value that merges it with others keeps it; two runs always tell.
 */
final class Probe {
  private final int few;
  private final Map<Integer, long[]> fewShapes;
  private final int more;
  private final Map<Integer, long[]> moreShapes;

  /** Runs the graph. */
  Probe(Graph graph, ModelState state, Collection<Node> nodes, Sized few, Sized more) {
    this.few = few.examples();
    this.more = more.examples();
    this.fewShapes = new HashMap<>();
    this.moreShapes = new HashMap<>();
    var taps = new LinkedHashMap<Integer, Tap>();
    var tap = new ShapeTap();
    nodes.forEach(node -> taps.put(node.index(), tap));
    Execution execution = Execution.of(graph).with(taps);
    tap.run(execution, state, few.inputs(), fewShapes);
    tap.run(execution, state, more.inputs(), moreShapes);
  }

  /** A model's inputs for that many examples. */
  record Sized(int examples, Map<String, Tensor> inputs) {
    /** Copies. */
    Sized {
      inputs = Map.copyOf(inputs);
    }
  }

  /** Notes the shape of each first output in whatever map it is set to. */
  private static final class ShapeTap implements Tap {
    private Map<Integer, long[]> found = Map.of();

    void run(Execution execution, ModelState state, Map<String, Tensor> inputs, Map<Integer, long[]> into) {
      found = into;
      try (var _ = Scope.open(); var _ = Autograd.off()) {
        execution.run(state, inputs);
      }
    }

    @Override
    public void observe(Node node, List<@Nullable Object> arguments, List<@Nullable Object> outputs) {
      if (!outputs.isEmpty() && outputs.getFirst() instanceof Tensor tensor) {
        found.put(node.index(), tensor.shape());
      }
    }

    @Override
    public boolean keepsTensors() {
      return false;
    }
  }

  /** Whether the node was looked at. */
  boolean saw(Node node) {
    return fewShapes.containsKey(node.index());
  }

  /** Where the examples lie in the node's first output; empty if nowhere or not on one axis. */
  Optional<Layout> layout(Node node) {
    long[] a = fewShapes.get(node.index());
    long[] b = moreShapes.get(node.index());
    return a == null || b == null ? Optional.empty() : Layout.of(a, few, b, more);
  }

  /** Whether the node's first output is the same size for any number of examples. */
  boolean isConstant(Node node) {
    return java.util.Arrays.equals(fewShapes.get(node.index()), moreShapes.get(node.index()))
        && fewShapes.containsKey(node.index());
  }

  /** Shape of the node's first output with the fewer examples. */
  long[] shape(Node node) {
    return java.util.Objects.requireNonNull(fewShapes.get(node.index())).clone();
  }
}
