package dev.whence.gradient;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whence.data.Batch;
import dev.whence.graph.Argument;
import dev.whence.graph.Argument.Literal;
import dev.whence.graph.Argument.Reference;
import dev.whence.graph.Extent;
import dev.whence.graph.Graph;
import dev.whence.graph.GraphInput;
import dev.whence.graph.ModelState;
import dev.whence.graph.Node;
import dev.whence.torch.DType;
import dev.whence.torch.Generator;
import dev.whence.torch.Scope;
import dev.whence.torch.Tensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Graphs made by hand in which examples lie elsewhere than on the first axis; double precision, 1e-10. */
class ExampleAxisTest {
  private static final int B = 4;
  private static final long T = 3;
  private static final long D = 5;

  private static Node node(int index, String target, Map<String, Argument> arguments) {
    return new Node(index, "n" + index, target, "", arguments, List.of("v" + index));
  }

  private static Map<String, Argument> arguments(Object... pairs) {
    var map = new LinkedHashMap<String, Argument>();
    for (int i = 0; i < pairs.length; i += 2) {
      map.put((String) pairs[i], pairs[i + 1] instanceof Argument given ? given : new Literal(pairs[i + 1]));
    }
    return map;
  }

  /** x {@code [b, 3, 5]} through the nodes, whose last value is the output; parameter w {@code [2, 5]}. */
  private static Graph graph(Generator generator, Node... nodes) {
    Tensor weight = Scope.release(Tensor.randomNormal(generator, DType.FLOAT64, 2, D));
    return new Graph(
        List.of(new GraphInput("x", DType.FLOAT64,
            List.of(new Extent.Symbolic("s0", 1, 64), new Extent.Fixed(T),
                new Extent.Fixed(D)))),
        Map.of("out", nodes[nodes.length - 1].outputs().getFirst()), List.of(nodes), Map.of("p_w", "w"),
        Map.of(),
        new ModelState(Map.of("w", weight), Map.of()));
  }

  private static Batch batch(Generator generator) {
    return new Batch(new long[B], Map.of("x", Tensor.randomNormal(generator, DType.FLOAT64, B, T, D)));
  }

  /** Σ of squares over all axes but the one of the examples. */
  private static ExampleGradients gradients(Graph graph, int axis, Batch sample) {
    return new ExampleGradients(graph, batch -> Map.of("x", batch.column("x")), (outputs, batch) -> {
      Tensor out = Tensor.call("aten::movedim.int", outputs.values().iterator().next(), axis, 0);
      return out.multiply(out).reshape(out.size(0), -1).sum(1);
    }, graph.state(), sample);
  }

  private static void requireFastAndRight(Graph graph, int axis, Batch batch) {
    ExampleGradients gradients = gradients(graph, axis, batch);
    assertThat(gradients.support()).allMatch(GradientSupport::fast);
    Tensor fast = gradients.of(graph.state(), batch).getFirst().materialize();
    for (int i = 0; i < B; i++) {
      Tensor alone = gradients.of(graph.state(), batch.select(i)).getFirst().materialize();
      assertThat(fast.slice(0, i, i + 1L).subtract(alone).maxAbs()).isLessThan(1e-10 * alone.maxAbs());
    }
  }

  @Test
  void examplesMayLieOnTheSecondAxisOrBeMergedInEitherOrder() {
    try (var _ = Scope.open(); var generator = new Generator(3)) {
      Node swap = node(0, "aten::transpose.int",
          arguments("self", new Reference("x"), "dim0", 0L, "dim1", 1L));
      Node second = node(1, "aten::linear",
          arguments("input", new Reference("v0"), "weight", new Reference("p_w")));
      try (Graph graph = graph(generator, swap, second)) {
        requireFastAndRight(graph, 1, batch(generator));
      }
      Node inner = node(1, "aten::reshape", arguments("self", new Reference("v0"), "shape", List.of(-1L, D)));
      Node map = node(2, "aten::linear",
          arguments("input", new Reference("v1"), "weight", new Reference("p_w")));
      Node apart = node(3, "aten::reshape",
          arguments("self", new Reference("v2"), "shape", List.of(T, -1L, 2L)));
      try (Graph graph = graph(generator, swap, inner, map, apart)) {
        requireFastAndRight(graph, 1, batch(generator));
      }
      Node outer = node(0, "aten::reshape", arguments("self", new Reference("x"), "shape", List.of(-1L, D)));
      Node first = node(1, "aten::linear",
          arguments("input", new Reference("v0"), "weight", new Reference("p_w")));
      Node back = node(2, "aten::reshape",
          arguments("self", new Reference("v1"), "shape", List.of(-1L, T, 2L)));
      try (Graph graph = graph(generator, outer, first, back)) {
        requireFastAndRight(graph, 0, batch(generator));
      }
    }
  }

  private static Node mode(int index, String target, Map<String, Argument> arguments) {
    return new Node(index, "n" + index, target, "", arguments, List.of());
  }

  @Test
  void aParameterOverwrittenWhereNothingIsRecordedKeepsItsGradientAndOneComputedThereHasNone() {
    try (var _ = Scope.open(); var generator = new Generator(3)) {
      Node enter = mode(0, "whence::grad_mode", arguments("0", false));
      Node leave = mode(2, "whence::grad_mode_leave", Map.of());
      Node linear = node(3, "aten::linear",
          arguments("input", new Reference("x"), "weight", new Reference("v1")));
      Node scale = node(1, "aten::mul_.Scalar", arguments("self", new Reference("p_w"), "other", 2.0));
      try (Graph graph = graph(generator, enter, scale, leave, linear)) {
        Batch batch = batch(generator);
        ExampleGradients gradients = gradients(graph, 0, batch);
        assertThat(gradients.support()).noneMatch(GradientSupport::fast);
        assertThat(gradients.of(graph.state(), batch).getFirst().materialize().maxAbs()).isPositive();
      }
      Node product = node(1, "aten::mul.Scalar", arguments("self", new Reference("p_w"), "other", 2.0));
      try (Graph graph = graph(generator, enter, product, leave, linear)) {
        assertThat(gradients(graph, 0, batch(generator)).parameters()).isEmpty();
      }
    }
  }

  @Test
  void aParameterWhoseCopyIsPartlyOverwrittenTakesOnePassEach() {
    try (var _ = Scope.open(); var generator = new Generator(3)) {
      Node copy = node(0, "aten::clone", arguments("self", new Reference("p_w")));
      Node part = node(1, "aten::slice.Tensor",
          arguments("self", new Reference("v0"), "dim", 0L, "start", 1L));
      Node zero = node(2, "aten::zero_", arguments("self", new Reference("v1")));
      Node linear = node(3, "aten::linear",
          arguments("input", new Reference("x"), "weight", new Reference("v0")));
      try (Graph graph = graph(generator, copy, part, zero, linear)) {
        Batch batch = batch(generator);
        ExampleGradients gradients = gradients(graph, 0, batch);
        assertThat(gradients.support()).noneMatch(GradientSupport::fast);
        gradients(graph, 0, batch);
        assertThat(graph.warnings().sentences()).singleElement().asString()
            .contains("takes one backward pass per example");
        Tensor found = gradients.of(graph.state(), batch).getFirst().materialize();
        assertThat(found.slice(1, 0, 1).maxAbs()).isPositive();
        assertThat(found.slice(1, 1, 2).maxAbs()).isZero();
      }
    }
  }

  @Test
  void mixedExamplesAreFoundOutAndTakeOnePassEach() {
    try (var _ = Scope.open(); var generator = new Generator(3)) {
      Node map = node(0, "aten::linear",
          arguments("input", new Reference("x"), "weight", new Reference("p_w")));
      Node mean = node(1, "aten::cumsum", arguments("self", new Reference("v0"), "dim", 0L));
      try (Graph graph = graph(generator, map, mean)) {
        GradientSupport found = gradients(graph, 0, batch(generator)).support().getFirst();
        assertThat(found.fast()).isFalse();
        assertThat(found.detail()).contains("examples are mixed");
      }
    }
  }
}
