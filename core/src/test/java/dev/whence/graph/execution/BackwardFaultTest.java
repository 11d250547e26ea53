package dev.whence.graph.execution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.whence.graph.Extent;
import dev.whence.graph.Graph;
import dev.whence.graph.GraphBuilder;
import dev.whence.graph.GraphInput;
import dev.whence.graph.ModelState;
import dev.whence.torch.Autograd;
import dev.whence.torch.DType;
import dev.whence.torch.Scope;
import dev.whence.torch.Tensor;
import dev.whence.torch.TorchException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class BackwardFaultTest {
  /** The incomplete gamma function has no derivative with respect to its first argument. */
  private static Graph graph() {
    return new GraphBuilder().input("x", 3).parameter("w", Tensor.full(1, DType.FLOAT32, 2, 3))
        .module("head", "Head").call("h", "aten::linear", "x", "w").call("s", "aten::sigmoid", "h")
        .call("gamma", "aten::igamma", "s", "s").call("out", "aten::exp", "gamma").returning("out");
  }

  private static TorchException failure(Tensor value, Tensor leaf) {
    return org.junit.jupiter.api.Assertions.assertThrows(TorchException.class,
        () -> Autograd.gradient(List.of(value), List.of(leaf)));
  }

  @Test
  void aDerivativeThatLibtorchLacksIsNamedWithItsNodeOperatorAndModule() {
    try (var _ = Scope.open(); Graph graph = graph(); var _ = Autograd.on()) {
      Tensor leaf = Objects.requireNonNull(graph.state().parameters().get("w")).leaf();
      var state = new ModelState(Map.of("w", leaf), Map.of());
      Map<String, Tensor> inputs = Map.of("x", Tensor.full(.5, DType.FLOAT32, 2, 3));
      Tensor value = Execution.of(graph).run(state, inputs).output("out").sum();

      TorchException placed = BackwardFault.placed(failure(value, leaf), graph, Mode.EVALUATION, state,
          inputs);

      assertThat(placed).hasMessageStartingWith("the derivative of node 'gamma' (aten::igamma")
          .hasMessageContaining("head").hasMessageContaining("not implemented");
    }
  }

  @Test
  void whatFailsOutsideTheGraphIsLeftAsItWas() {
    try (var _ = Scope.open(); Graph graph = graph(); var _ = Autograd.on()) {
      Tensor leaf = Tensor.full(.5, DType.FLOAT32, 3).leaf();
      Tensor value = Tensor.call("aten::igamma", leaf, leaf).sum();
      TorchException failure = failure(value, leaf);
      var state = new ModelState(graph.state().parameters(), Map.of());
      assertThat(BackwardFault.placed(failure, graph, Mode.EVALUATION, state,
          Map.of("x", Tensor.zeros(DType.FLOAT32, 2, 3)))).isSameAs(failure);
    }
  }

  @Test
  void theSizeOfAStaticExportIsToldFromAWrongSize() {
    try (var _ = Scope.open(); Graph graph = graph()) {
      var fixed = new GraphInput("x", DType.FLOAT32, List.of(new Extent.Fixed(4), new Extent.Fixed(3)));
      var exported = new Graph(List.of(fixed), graph.outputValues(), graph.nodes(), graph.parameters(),
          graph.buffers(), graph.state());
      assertThatThrownBy(() -> Execution.of(exported).run(graph.state(),
          Map.of("x", Tensor.zeros(DType.FLOAT32, 2, 3)))).isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("exported for a fixed number of examples");
    }
  }
}
