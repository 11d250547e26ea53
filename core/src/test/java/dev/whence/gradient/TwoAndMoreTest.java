package dev.whence.gradient;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whence.gradient.factor.FactoredGradient;
import dev.whence.graph.Extent;
import dev.whence.graph.Graph;
import dev.whence.graph.GraphInput;
import dev.whence.torch.Scope;
import dev.whence.torch.Tensor;
import java.io.IOException;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** A graph that torch traced with Dim.AUTO: for two examples and more. */
class TwoAndMoreTest {
  private static Graph fromTwo(Graph graph) {
    List<GraphInput> inputs = graph.inputs().stream()
        .map(input -> new GraphInput(input.name(), input.dtype(), input.shape().stream()
            .map(extent -> extent instanceof Extent.Symbolic symbol
                ? new Extent.Symbolic(symbol.symbol(), 2, symbol.maximum())
                : extent)
            .toList()))
        .toList();
    return new Graph(inputs, graph.outputValues(), graph.nodes(), graph.parameters(), graph.buffers(),
        graph.state(), graph.details());
  }

  @Test
  void anExampleAloneHasTheGradientItHasAmongOthers() throws IOException {
    try (var _ = Scope.open(); var golden = Golden.named("mlp")) {
      var gradients = new ExampleGradients(fromTwo(golden.graph), golden::inputs, golden.loss,
          golden.graph.state(), golden.batch(0, 1));
      List<FactoredGradient> alone = gradients.of(golden.graph.state(), golden.batch(2));
      assertThat(alone).hasSameSizeAs(golden.gradients.keySet());
      for (FactoredGradient gradient : alone) {
        Tensor expected = Objects.requireNonNull(golden.gradients.get(gradient.parameter()));
        assertThat(gradient.materialize().select(0, 0).add(expected.select(0, 2), -1).maxAbs())
            .as(gradient.parameter()).isLessThan(1e-5 * Math.max(1, expected.maxAbs()));
      }
    }
  }
}
