package dev.whence.gradient;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whence.graph.Argument;
import dev.whence.graph.Extent;
import dev.whence.graph.Graph;
import dev.whence.graph.GraphInput;
import dev.whence.graph.ModelState;
import dev.whence.graph.Node;
import dev.whence.torch.DType;
import dev.whence.torch.Scope;
import dev.whence.torch.Tensor;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;

/** Analysis of a graph takes time in proportion to its calls, its parameters and its tables. */
class LongGraphTest {
  /** Twice the calls take twice the time, or four times where each looks at all others; the machine's mood stays below. */
  private static final double MOST = 3;

  @Test
  void callsOfManyKindsTakeTimeInProportion() {
    assertProportional(100_000, LongGraphTest::chain);
  }

  @Test
  void layersWithWeightsOfTheirOwnTakeTimeInProportion() {
    assertProportional(8_000, LongGraphTest::layers);
  }

  @Test
  void tablesThatAreAddedTakeTimeInProportion() {
    assertProportional(16_000, LongGraphTest::tables);
  }

  /** The processor's time of this thread for as many and for twice as many, after one for the compiler. */
  private static void assertProportional(int calls, IntFunction<Graph> make) {
    seconds(calls / 2, make);
    double once = seconds(calls, make);
    double twice = seconds(2 * calls, make);
    assertThat(twice).as("%,d calls take %.1f s, %,d %.1f s", calls, once, 2 * calls, twice)
        .isLessThan(Math.max(2, MOST * once));
  }

  private static double seconds(int calls, IntFunction<Graph> make) {
    try (var _ = Scope.open()) {
      Graph graph = make.apply(calls);
      long before = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
      List<GradientSupport> support = GradientSupport.of(graph);
      long after = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
      assertThat(support).isNotEmpty().allSatisfy(each -> assertThat(each.fast()).isTrue());
      return (after - before) * 1e-9;
    }
  }

  private static Argument value(String name) {
    return new Argument.Reference(name);
  }

  private static void add(List<Node> nodes, String target, Map<String, Argument> arguments) {
    String name = "n" + nodes.size();
    nodes.add(new Node(nodes.size(), name, target, "", arguments, List.of(name)));
  }

  private static String last(List<Node> nodes) {
    return nodes.getLast().outputs().getFirst();
  }

  /** A linear layer, then in turn what libtorch can forecast and what it cannot, in place and not. */
  private static Graph chain(int calls) {
    List<String> targets = List.of("aten::relu", "aten::sigmoid", "aten::relu_", "aten::alias", "aten::tanh",
        "aten::add.Tensor");
    var nodes = new ArrayList<Node>();
    add(nodes, "aten::linear", Map.of("input", value("x"), "weight", value("w")));
    while (nodes.size() < calls) {
      String target = targets.get(nodes.size() % targets.size());
      Argument self = value(last(nodes));
      add(nodes, target,
          target.contains("add") ? Map.of("self", self, "other", value("n0")) : Map.of("self", self));
    }
    return graph(nodes, Map.of("w", Tensor.full(1, DType.FLOAT32, 2, 2)));
  }

  /** Linear layers, each with a weight of its own. */
  private static Graph layers(int calls) {
    var nodes = new ArrayList<Node>();
    var weights = new LinkedHashMap<String, Tensor>();
    for (int i = 0; i < calls; i++) {
      weights.put("w" + i, Tensor.full(0.5, DType.FLOAT32, 2, 2));
      add(nodes, "aten::linear",
          Map.of("input", value(i == 0 ? "x" : last(nodes)), "weight", value("w" + i)));
    }
    return graph(nodes, weights);
  }

  /** Rows of one table, picked and added again and again. */
  private static Graph tables(int calls) {
    var nodes = new ArrayList<Node>();
    Tensor weight = Tensor.full(1, DType.FLOAT32, 2, 2);
    add(nodes, "aten::linear", Map.of("input", value("x"), "weight", value("w")));
    add(nodes, "aten::zeros_like", Map.of("self", value("n0"), "dtype", new Argument.Literal(DType.INT64)));
    add(nodes, "aten::select.int", Map.of("self", value("n1"), "dim", new Argument.Literal(1L), "index",
        new Argument.Literal(0L)));
    String sum = "n0";
    while (nodes.size() < calls) {
      add(nodes, "aten::embedding", Map.of("weight", value("w"), "indices", value("n2")));
      add(nodes, "aten::add.Tensor", Map.of("self", value(sum), "other", value(last(nodes))));
      sum = last(nodes);
    }
    return graph(nodes, Map.of("w", weight));
  }

  private static Graph graph(List<Node> nodes, Map<String, Tensor> weights) {
    var names = new LinkedHashMap<String, String>();
    weights.keySet().forEach(name -> names.put(name, name));
    var input = new GraphInput("x", DType.FLOAT32,
        List.of(new Extent.Symbolic("s0", 1, 64), new Extent.Fixed(2)));
    return new Graph(List.of(input), Map.of("out", last(nodes)), nodes, names, Map.of(),
        new ModelState(weights, Map.of()));
  }
}
