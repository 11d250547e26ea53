package dev.whence.training.initial;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.whence.graph.Graph;
import dev.whence.graph.GraphDetails;
import dev.whence.graph.Graphs;
import dev.whence.graph.ModelState;
import dev.whence.run.Settings;
import dev.whence.torch.DType;
import dev.whence.torch.Generator;
import dev.whence.torch.Scope;
import dev.whence.torch.Tensor;
import dev.whence.training.Digits;
import java.io.IOException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class InitializationTest {
  private static Graph model(String name) throws IOException {
    return Graphs.read(Digits.root().resolve("fixtures/models/" + name + ".pt2"));
  }

  /** The same graph as if exported without a record. */
  private static Graph bare(Graph graph) {
    var details = graph.details();
    return new Graph(graph.inputs(), graph.outputValues(), graph.nodes(), graph.parameters(), graph.buffers(),
        graph.state(), new GraphDetails(details.sizes(), details.mutations(), details.modules(), null, null,
            details.limits()));
  }

  private static Tensor tensor(ModelState state, String name) {
    return Objects.requireNonNull(state.parameters().getOrDefault(name, state.buffers().get(name)));
  }

  @Test
  void aDrawIsAFunctionOfSeedAndName() throws IOException {
    try (Graph graph = model("resnet")) {
      var initialization = Initialization.afresh(graph, Map.of());
      try (ModelState one = initialization.draw(1);
          ModelState again = Initialization.afresh(graph, Map.of("head.*", new Distribution.Constant(2)))
              .draw(1);
          ModelState two = initialization.draw(2)) {
        assertThat(tensor(again, "stem.weight").toFloats()).isEqualTo(tensor(one, "stem.weight").toFloats())
            .isNotEqualTo(tensor(two, "stem.weight").toFloats());
        assertThat(tensor(one, "layer1.0.conv1.weight").toFloats())
            .isNotEqualTo(tensor(one, "layer1.0.conv2.weight").toFloats());
        assertThat(tensor(again, "head.bias").toFloats()).containsOnly(2);
        assertThat(tensor(one, "bn.running_mean").toFloats()).containsOnly(0);
        assertThat(tensor(one, "bn.running_var").toFloats()).containsOnly(1);
        assertThat(tensor(one, "bn.num_batches_tracked").toLongs()).containsExactly(0);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"mlp", "lenet", "resnet", "separable", "lstm", "gru-time-major"})
  void defaultsAreWhatTheExporterMeasured(String name) throws IOException {
    try (Graph graph = model(name)) {
      Map<String, InitialNumbers> recorded = Initialization.afresh(graph, Map.of()).starts();
      Map<String, InitialNumbers> defaults = Initialization.afresh(bare(graph), Map.of()).starts();
      graph.state().parameters().keySet().forEach(parameter -> {
        InitialNumbers wanted = Objects.requireNonNull(recorded.get(parameter));
        InitialNumbers found = Objects.requireNonNull(defaults.get(parameter));
        assertThat(wanted.reason()).isEqualTo(InitialNumbers.RECORD);
        assertThat(found.reason()).isEqualTo(InitialNumbers.DEFAULT);
        assertThat(found.zeroRows()).as(parameter).isEqualTo(wanted.zeroRows());
        if (wanted.distribution() instanceof Distribution.Uniform uniform
            && found.distribution() instanceof Distribution.Uniform ours) {
          // the exporter measures the bound on a sample; where it recognises 1/√fan it writes it exactly
          assertThat(ours.high()).as(parameter).isCloseTo(uniform.high(), within(.02 * ours.high()));
        } else {
          assertThat(found.distribution()).as(parameter).isEqualTo(wanted.distribution());
        }
      });
    }
  }

  @Test
  void whatIsNotKnownIsRefusedByName() throws IOException {
    try (Graph graph = model("vit")) {
      Graph bare = bare(graph);
      assertThatThrownBy(() -> Initialization.afresh(bare, Map.of()))
          .hasMessageContaining("not known how these parameters begin").hasMessageContaining("{normal:");
      assertThatThrownBy(
          () -> Initialization.afresh(graph, Map.of("nothing.*", new Distribution.Constant(0))))
          .hasMessageContaining("fit no parameter").hasMessageContaining("nothing.*");
      Map<String, Distribution> all = Map.of("*", new Distribution.Normal(0, .02));
      Initialization.afresh(bare, all).draw(1).close();
    }
  }

  @Test
  void theFileIsTheFile() throws IOException {
    try (Graph graph = model("resnet"); ModelState drawn = Initialization.file(graph).draw(3)) {
      assertThat(drawn.fingerprint()).isEqualTo(graph.state().fingerprint());
    }
  }

  private static double[] draw(Distribution distribution, long... shape) {
    try (var _ = Scope.open(); var generator = new Generator(5)) {
      return distribution.draw(generator, DType.FLOAT32, shape).toDoubles();
    }
  }

  private static double mean(double[] values) {
    return Arrays.stream(values).average().orElseThrow();
  }

  private static double deviation(double[] values) {
    double mean = mean(values);
    return Math.sqrt(Arrays.stream(values).map(v -> (v - mean) * (v - mean)).average().orElseThrow());
  }

  @Test
  void momentsAreTheDistributions() {
    // 40,000 draws: the mean strays by σ/200, the deviation by less than σ/200; six of these are allowed
    double[] uniform = draw(new Distribution.Uniform(-1, 3), 200, 200);
    assertThat(mean(uniform)).isCloseTo(1, within(6 * 4 / Math.sqrt(12) / 200));
    assertThat(deviation(uniform)).isCloseTo(4 / Math.sqrt(12), within(6 * 1.2 / 200));
    assertThat(Arrays.stream(uniform)).allMatch(value -> value >= -1 && value <= 3);
    double[] normal = draw(new Distribution.Normal(2, .5), 200, 200);
    assertThat(mean(normal)).isCloseTo(2, within(6 * .5 / 200));
    assertThat(deviation(normal)).isCloseTo(.5, within(6 * .5 / 200));
    double[] truncated = draw(new Distribution.TruncatedNormal(0, 1, -2, 2), 200, 200);
    assertThat(Arrays.stream(truncated)).allMatch(value -> value >= -2 && value <= 2);
    // σ² = 1 − 2·2φ(2)/(Φ(2)−Φ(−2)) = 0.7737
    assertThat(deviation(truncated)).isCloseTo(.8796, within(6 * .88 / 200));
    assertThat(draw(new Distribution.Constant(.25), 2, 2)).containsOnly(.25);
  }

  @ParameterizedTest
  @ValueSource(ints = {3, 8})
  void orthogonalNumbersAreOrthogonal(int rows) {
    try (var _ = Scope.open(); var generator = new Generator(5)) {
      Tensor drawn = new Distribution.Orthogonal(2).draw(generator, DType.FLOAT64, rows, 5, 1).flatten(1, -1);
      Tensor gram = rows < 5 ? drawn.matmul(drawn.transpose(0, 1)) : drawn.transpose(0, 1).matmul(drawn);
      Tensor identity = Tensor.call("aten::eye", gram.size(0), DType.FLOAT64);
      assertThat(gram.subtract(identity.multiply(4)).maxAbs()).isLessThan(1e-12);
    }
  }

  @Test
  void paddingRowsBeginAtZero() {
    try (var _ = Scope.open()) {
      Tensor like = Tensor.zeros(DType.BFLOAT16, 4, 3);
      Tensor drawn = new InitialNumbers(new Distribution.Normal(5, .1), List.of(1L), "test").draw(3, like);
      assertThat(drawn.dtype()).isEqualTo(DType.BFLOAT16);
      assertThat(drawn.select(0, 1).toFloats()).containsOnly(0);
      assertThat(drawn.select(0, 0).toFloats()).doesNotContain(0);
    }
  }

  record Overrides(Map<String, Distribution> initialization) {
  }

  @Test
  void distributionsAreReadFromARunFile() {
    var written = new LinkedHashMap<String, Object>();
    written.put("*.bias", Map.of("constant", Map.of("value", 0)));
    written.put("head.*",
        Map.of("truncated-normal", Map.of("mean", 0, "std", .02, "low", -.04, "high", .04)));
    written.put("*", "file");
    Overrides read = Settings.build(Overrides.class, Map.of("initialization", written));
    assertThat(read.initialization().values()).containsExactly(new Distribution.Constant(0),
        new Distribution.TruncatedNormal(0, .02, -.04, .04), new Distribution.FromFile());
  }
}
