package dev.whence.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.whence.graph.ModelState;
import dev.whence.run.Registry;
import dev.whence.torch.Autograd;
import dev.whence.torch.DType;
import dev.whence.torch.Scope;
import dev.whence.torch.Tensor;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class OptimizerTest {
  private Scope scope;

  @BeforeEach
  void open() {
    scope = Scope.open();
  }

  @AfterEach
  void close() {
    scope.close();
  }

  private static JsonNode golden() throws IOException {
    try (var stream = OptimizerTest.class.getResourceAsStream("optimizers.json")) {
      return new ObjectMapper().readTree(Objects.requireNonNull(stream)).get("cases");
    }
  }

  static Stream<String> cases() throws IOException {
    var names = golden().fieldNames();
    return Stream.iterate(names, java.util.Iterator::hasNext, i -> i).map(java.util.Iterator::next);
  }

  private static Optimizer rule(JsonNode golden) {
    var settings = new LinkedHashMap<String, Object>();
    golden.get("settings").properties().forEach(e -> settings.put(e.getKey(), e.getValue().asText()));
    if (golden.get("rule").asText().equals("adamw")) {
      assertThat(settings).containsKey("weightDecay"); // PyTorch's default is ours, but the script says it aloud
    }
    return Registry.of(Optimizer.class, "optimizer").create(golden.get("rule").asText(), settings);
  }

  /** The gradient of the script: sin(θ·(t+1)) + θ. */
  private static Tensor slope(Tensor theta, long step) {
    return Tensor.call("aten::sin", theta.multiply(step + 1.0)).add(theta);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void everyStepIsPyTorchs(String name) throws IOException {
    JsonNode golden = golden().get(name);
    Optimizer rule = rule(golden);
    // float64: the order of the operations is PyTorch's, a few last bits are left; float32: 6 steps of rounding
    follow(rule, golden.get("float64"), DType.FLOAT64, 1e-13);
    follow(rule, golden.get("float32"), DType.FLOAT32, 1e-6);
  }

  private static void follow(Optimizer rule, JsonNode path, DType dtype, double tolerance) {
    Tensor start = Tensor.call("aten::linspace", -1.5, 2.0, 11L, dtype);
    var parameters = new LinkedHashMap<String, Tensor>();
    parameters.put("a", start.slice(0, 0, 5));
    parameters.put("b", start.slice(0, 5, 11).reshape(2, 3));
    TrainingState state = TrainingState.start(new ModelState(parameters, Map.of()), rule);
    for (int step = 0; step < path.size(); step++) {
      Tensor gradient = slope(state.vectors().parameters(), step);
      state = rule.step(state, state.layout().views(gradient), .1 / (step + 1));
      double[] got = state.vectors().parameters().toDoubles();
      for (int i = 0; i < got.length; i++) {
        assertThat(got[i]).as("step %d, element %d", step, i).isCloseTo(path.get(step).get(i).asDouble(),
            within(tolerance));
      }
    }
    assertThat(state.step()).isEqualTo(path.size());
    assertThat(state.model().parameters()).hasEntrySatisfying("b",
        b -> assertThat(b.shape()).containsExactly(2, 3));
  }

  static List<Optimizer> differentiable() {
    return List.of(new Sgd(.9, true, .1), new Adam(.8, .9, 1e-3, 1e-4, .1),
        new AdamW(.8, .9, 1e-3, 1e-4, .1));
  }

  /** φ(θ₂(w)) = Σ θ₂⁴, where the loss of both steps is Σ w·(sin(2θ) + θ²). */
  private static Tensor afterTwoSteps(Optimizer rule, Tensor weights) {
    Tensor start = Tensor.of(new double[]{.3, -.7, 1.1}, 3);
    TrainingState state = TrainingState.start(new ModelState(Map.of("w", start), Map.of()), rule);
    for (int step = 0; step < 2; step++) {
      Tensor theta = step == 0 ? state.vectors().parameters().leaf() : state.vectors().parameters();
      Tensor loss = Tensor.call("aten::sin", theta.multiply(2)).add(theta.multiply(theta)).multiply(weights)
          .sum();
      Tensor gradient = Autograd.gradient(List.of(loss), List.of(theta), Autograd.Options.TWICE).getFirst();
      state = state.updated(rule, gradient, Map.of(), .1);
    }
    Tensor end = state.vectors().parameters();
    Tensor square = end.multiply(end);
    return square.multiply(square).sum();
  }

  @ParameterizedTest
  @MethodSource("differentiable")
  void trainingItselfCanBeDifferentiated(Optimizer rule) {
    double[] at = {1, 1.5, .5};
    Tensor weights = Tensor.of(at, 3).leaf();
    double[] slope = Autograd.gradient(List.of(afterTwoSteps(rule, weights)), List.of(weights)).getFirst()
        .toDoubles();
    double h = 1e-5;
    for (int i = 0; i < 3; i++) {
      double[] up = at.clone();
      double[] down = at.clone();
      up[i] += h;
      down[i] -= h;
      double difference = (afterTwoSteps(rule, Tensor.of(up, 3)).item()
          - afterTwoSteps(rule, Tensor.of(down, 3)).item()) / (2 * h);
      // central differences: error h² ≈ 1e-10 times third derivatives, plus 1e-16 / h of rounding
      assertThat(slope[i]).isCloseTo(difference, within(1e-7 * Math.max(1, Math.abs(difference))));
    }
  }

  @Test
  void settingsOutOfBoundsAreRefused() {
    assertThatThrownBy(() -> new Sgd(1, false, 0)).hasMessage("momentum must be in [0, 1), got 1.0");
    assertThatThrownBy(() -> new Sgd(0, true, 0)).hasMessageContaining("nesterov needs momentum > 0");
    assertThatThrownBy(() -> new Adam(.9, .999, -1, 0, 0)).hasMessage("epsilon must be >= 0, got -1.0");
    assertThatThrownBy(() -> new AdamW(.9, .999, 0, 0, Double.NaN)).hasMessageStartingWith("weight-decay");
  }

  @Test
  void parametersOfTwoTypesAreRefused() {
    var mixed = new LinkedHashMap<String, Tensor>();
    mixed.put("a", Tensor.zeros(DType.FLOAT32, 2));
    mixed.put("b", Tensor.zeros(DType.BFLOAT16, 2));
    assertThatThrownBy(() -> TrainingState.start(new ModelState(mixed, Map.of()), new Sgd()))
        .hasMessageContaining("'b', BFLOAT16");
  }

  @Test
  void aGradientThatIsMissingOrMisshapenIsNamed() {
    TrainingState state = TrainingState
        .start(new ModelState(Map.of("a", Tensor.zeros(DType.FLOAT32, 2)), Map.of()), new Sgd());
    assertThatThrownBy(() -> new Sgd().step(state, Map.of(), .1)).hasMessage("no value for parameter 'a'");
    assertThatThrownBy(() -> new Sgd().step(state, Map.of("a", Tensor.zeros(DType.FLOAT32, 3)), .1))
        .hasMessage("parameter 'a' has shape [2], got [3]");
  }
}
