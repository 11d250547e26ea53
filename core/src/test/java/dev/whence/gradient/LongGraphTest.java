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
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;

/** Analysis of a graph takes time in proportion to its calls: 10⁵ in seconds where squares would take hours. */
class LongGraphTest {
  private static final int CALLS = 100_000;

  @Test
  void aHundredThousandCallsAreAnalysedInSeconds() {
    try (var _ = Scope.open()) {
      Graph graph = chain();
      List<GradientSupport> support = Assertions.assertTimeout(Duration.ofSeconds(60),
          () -> GradientSupport.of(graph));
      assertThat(support).singleElement().satisfies(each -> assertThat(each.fast()).isTrue());
    }
  }

  /** A linear layer, then in turn what libtorch can forecast and what it cannot, in place and not. */
  private static Graph chain() {
    List<String> targets = List.of("aten::relu", "aten::sigmoid", "aten::relu_", "aten::alias", "aten::tanh");
    var nodes = new ArrayList<Node>();
    nodes.add(new Node(0, "n0", "aten::linear", "", Map.of("input", new Argument.Reference("x"), "weight",
        new Argument.Reference("w")), List.of("n0")));
    for (int i = 1; i < CALLS; i++) {
      String target = targets.get(i % targets.size());
      nodes.add(new Node(i, "n" + i, target, "", Map.of("self", new Argument.Reference("n" + (i - 1))),
          List.of("n" + i)));
    }
    var input = new GraphInput("x", DType.FLOAT32,
        List.of(new Extent.Symbolic("s0", 1, 64), new Extent.Fixed(2)));
    return new Graph(List.of(input), Map.of("out", "n" + (CALLS - 1)), nodes, Map.of("w", "w"), Map.of(),
        new ModelState(Map.of("w", Tensor.full(1, DType.FLOAT32, 3, 2)), Map.of()));
  }
}
