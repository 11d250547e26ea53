package dev.whence.graph;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whence.graph.execution.Execution;
import dev.whence.graph.execution.Tap;
import dev.whence.torch.Autograd;
import dev.whence.torch.Operator;
import dev.whence.torch.Scope;
import dev.whence.torch.Tensor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Every golden model gives PyTorch's numbers. Tolerances: other kernels sum in another order. */
class GoldenModelsTest {
  private static final double OUTPUT = 1e-5;
  private static final double GRADIENT = 1e-4;

  private interface Check {
    void of(Sample sample) throws IOException;
  }

  private static Stream<DynamicTest> each(String claim, Check check) throws IOException {
    return Sample.models().stream()
        .map(model -> DynamicTest.dynamicTest(model.getFileName() + " " + claim, () -> run(model, check)));
  }

  private static void run(Path model, Check check) throws IOException {
    try (var _ = Scope.open(); var sample = new Sample(model)) {
      check.of(sample);
    }
  }

  @TestFactory
  Stream<DynamicTest> outputsEqualPyTorchs() throws IOException {
    return each("outputs", sample -> {
      try (var _ = Autograd.off()) {
        var result = Execution.of(sample.graph).run(sample.graph.state(), sample.inputs);
        var outputs = result.outputs();
        assertThat(outputs.keySet()).containsExactlyInAnyOrderElementsOf(sample.outputs.keySet());
        sample.outputs.forEach(
            (name, expected) -> assertThat(Sample.error(outputs.get(name), expected)).as(name)
                .isLessThan(OUTPUT));
        Tensor losses = sample.loss.perExample(result.output(sample.logits), sample.labels);
        assertThat(Sample.error(losses, sample.losses)).as("losses").isLessThan(OUTPUT);
      }
    });
  }

  @TestFactory
  Stream<DynamicTest> gradientsOfSingleExamplesEqualPyTorchs() throws IOException {
    return each("gradients", sample -> {
      Execution execution = Execution.of(sample.graph);
      for (int example = 0; example < sample.examples(); example++) {
        try (var _ = Scope.open()) {
          Map<String, Tensor> found = sample.gradient(execution, example);
          for (var expected : sample.gradients.entrySet()) {
            assertThat(Sample.error(found.get(expected.getKey()), expected.getValue().select(0, example)))
                .as(expected.getKey() + " of example " + example).isLessThan(GRADIENT);
          }
        }
      }
    });
  }

  /** What a tap sees of a linear or convolution node is enough for its gradients, also beside in-place calls. */
  @TestFactory
  Stream<DynamicTest> tapsTellTheGradientsOfWeightsAndBiases() throws IOException {
    return each("taps", sample -> {
      var inputs = new TreeMap<Integer, Tensor>();
      var outputs = new TreeMap<Integer, Tensor>();
      var taps = new HashMap<Integer, Tap>();
      for (Node node : sample.graph.nodes()) {
        if (node.target().equals("aten::linear") || node.target().equals("aten::conv2d")) {
          taps.put(node.index(), (_, arguments, made) -> {
            inputs.put(node.index(), (Tensor) Objects.requireNonNull(arguments.getFirst()));
            outputs.put(node.index(), (Tensor) Objects.requireNonNull(made.getFirst()));
          });
        }
      }
      List<Tensor> deltas = sample.gradientByTaps(Execution.of(sample.graph).with(taps), 0,
          () -> List.copyOf(outputs.values()));
      var found = new HashMap<String, Tensor>();
      for (int index : outputs.keySet()) {
        Node node = sample.graph.nodes().get(index);
        Tensor delta = deltas.get(List.copyOf(outputs.keySet()).indexOf(index));
        Tensor input = Objects.requireNonNull(inputs.get(index));
        parameter(sample.graph, node, "weight").ifPresent(
            name -> found.merge(name, weightGradient(sample.graph, node, input, delta), Tensor::add));
        parameter(sample.graph, node, "bias")
            .ifPresent(name -> found.merge(name, biasGradient(node, delta), Tensor::add));
      }
      var expected = sample.gradient(Execution.of(sample.graph), 0);
      found.keySet()
          .removeIf(name -> sample.graph.uses(name).stream().anyMatch(use -> !taps.containsKey(use.index())));
      assertThat(found.size()).isGreaterThanOrEqualTo(taps.isEmpty() ? 0 : 1);
      double largest = expected.values().stream().mapToDouble(Tensor::maxAbs).max().orElseThrow();
      found.forEach((name, actual) -> {
        double difference = actual.subtract(Objects.requireNonNull(expected.get(name))).maxAbs();
        assertThat(difference / largest).as(name).isLessThan(GRADIENT);
      });
    });
  }

  private static Optional<String> parameter(Graph graph, Node node, String argument) {
    return node.arguments().get(argument) instanceof Argument.Reference reference
        ? graph.parameter(reference.name())
        : Optional.empty();
  }

  private static Tensor weightGradient(Graph graph, Node node, Tensor input, Tensor delta) {
    if (node.target().equals("aten::linear")) {
      return columns(delta).transpose(0, 1).matmul(columns(input));
    }
    Tensor weight = graph.state().parameter(parameter(graph, node, "weight").orElseThrow());
    Object groups = node.arguments().get("groups") instanceof Argument.Literal given ? given.value() : 1L;
    var results = Operator.of("aten::convolution_backward").call(delta, input, weight, null,
        pair(node, "stride", 1),
        pair(node, "padding", 0), pair(node, "dilation", 1), false, List.of(0L, 0L), groups,
        List.of(false, true, false));
    return (Tensor) Objects.requireNonNull(results.get(1));
  }

  private static Tensor columns(Tensor tensor) {
    return tensor.reshape(-1, tensor.size(tensor.rank() - 1));
  }

  private static Tensor biasGradient(Node node, Tensor delta) {
    return node.target().equals("aten::linear") ? columns(delta).sum(0) : delta.sum(0, 2, 3);
  }

  private static Object pair(Node node, String argument, long otherwise) {
    Object given = node.arguments().get(argument) instanceof Argument.Literal literal
        ? literal.value()
        : null;
    return given == null ? List.of(otherwise, otherwise) : given;
  }
}
