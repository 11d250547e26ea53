package dev.whence.graph;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whence.torch.Autograd;
import dev.whence.torch.Scope;
import dev.whence.torch.Tensor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
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
}
