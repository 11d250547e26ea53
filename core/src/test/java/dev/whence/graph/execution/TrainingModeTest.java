package dev.whence.graph.execution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.whence.graph.Graph;
import dev.whence.graph.GraphBuilder;
import dev.whence.graph.Node;
import dev.whence.graph.Sample;
import dev.whence.graph.Selector;
import dev.whence.torch.Autograd;
import dev.whence.torch.DType;
import dev.whence.torch.Generator;
import dev.whence.torch.Scope;
import dev.whence.torch.Tensor;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class TrainingModeTest {
  private Scope scope;

  @BeforeEach
  void open() {
    scope = Scope.open();
  }

  @AfterEach
  void close() {
    scope.close();
  }

  private static float[] run(Graph graph, Mode mode, Map<String, Tensor> inputs) {
    return Execution.of(graph).with(mode).run(graph.state(), inputs).outputs().values().iterator().next()
        .toFloats();
  }

  @Test
  void drawsAreAFunctionOfSeedStepAndNode() throws IOException {
    for (String name : List.of("mlp", "gpt", "bert", "separable")) {
      try (var sample = new Sample(Sample.model(name)); var _ = Autograd.off()) {
        float[] first = run(sample.graph, new Mode.Training(5, 7), sample.inputs);
        assertThat(run(sample.graph, new Mode.Training(5, 7), sample.inputs)).as(name).isEqualTo(first);
        assertThat(run(sample.graph, new Mode.Training(5, 8), sample.inputs)).as(name).isNotEqualTo(first);
        assertThat(run(sample.graph, new Mode.Training(6, 7), sample.inputs)).as(name).isNotEqualTo(first);
        assertThat(run(sample.graph, Mode.EVALUATION, sample.inputs)).as(name).isNotEqualTo(first);
      }
    }
  }

  @Test
  void dropoutKeepsTheMeanAndZeroesItsShare() {
    for (String form : List.of("aten::dropout", "aten::dropout_", "aten::alpha_dropout",
        "aten::native_dropout",
        "aten::feature_dropout")) {
      Graph graph = new GraphBuilder().input("x", 20_000).call("c", "aten::mul.Scalar", "x", 1)
          .call("y", form, "c", 0.3, true).returning("y");
      Tensor x = Tensor.full(1, DType.FLOAT32, 2, 20_000);
      float[] y = run(graph, new Mode.Training(1, 1), Map.of("x", x));
      double mean = 0;
      int dropped = 0;
      for (float value : y) {
        mean += value / y.length;
        dropped += value < .5 ? 1 : 0;
      }
      // 40,000 draws: three standard errors of the share are 0.007; alpha dropout keeps the mean of units of mean 0 only
      assertThat(dropped / (double) y.length).as(form).isCloseTo(0.3, Offset.offset(0.01));
      if (!form.contains("alpha")) {
        assertThat(mean).as(form).isCloseTo(1, Offset.offset(0.015));
      }
      assertThat(run(graph, Mode.EVALUATION, Map.of("x", x))).as(form).containsOnly(1);
    }
  }

  @Test
  void alphaDropoutKeepsMeanAndVarianceOfStandardUnits() {
    Graph graph = new GraphBuilder().input("x", 100_000).call("y", "aten::alpha_dropout", "x", 0.4, true)
        .returning("y");
    try (var generator = new Generator(3)) {
      Tensor y = Tensor.of(run(graph, new Mode.Training(1, 1),
          Map.of("x", Tensor.randomNormal(generator, DType.FLOAT32, 1, 100_000))), 100_000);
      assertThat(y.mean().item()).isCloseTo(0, Offset.offset(0.02));
      assertThat(y.multiply(y).mean().item()).isCloseTo(1, Offset.offset(0.03));
    }
  }

  @Test
  void batchNormUsesItsBatchAndReturnsItsStatistics() throws IOException {
    try (var sample = new Sample(Sample.model("resnet")); var _ = Autograd.off()) {
      var before = sample.graph.state().copy();
      Execution.Result result = Execution.of(sample.graph).with(new Mode.Training(1, 1))
          .run(sample.graph.state(), sample.inputs);
      Tensor input = sample.inputs.values().iterator().next();
      Node first = Selector.nodes(sample.graph, "aten::batch_norm").getFirst();
      var seen = new Tensor[1];
      Execution.of(sample.graph)
          .with(Map.of(first.index(), (_, arguments, _) -> seen[0] = (Tensor) arguments.getFirst()))
          .run(sample.graph.state(), Map.of(sample.inputs.keySet().iterator().next(), input));
      String name = first.module() + ".running_mean";
      Tensor batchMean = Tensor.call("aten::mean.dim", seen[0], List.of(0L, 2L, 3L));
      Tensor expected = before.buffer(name).multiply(0.9).add(batchMean, 0.1);
      assertThat(Sample.error(result.buffers().get(name), expected)).isLessThan(1e-5);
      String count = first.module() + ".num_batches_tracked";
      assertThat(count(result.buffers(), count)).isEqualTo(before.buffer(count).item() + 1);
      before.buffers().forEach((key, value) -> assertThat(sample.graph.state().buffer(key).toDoubles())
          .as(key).isEqualTo(value.toDoubles()));
      before.close();
    }
  }

  private static double count(Map<String, Tensor> buffers, String name) {
    return Objects.requireNonNull(buffers.get(name)).item();
  }

  @Test
  void attentionWithDropoutIsItsPlainOperators() {
    Tensor q = noise(1, 2, 4, 5, 8);
    Tensor k = noise(2, 2, 2, 7, 8);
    Tensor v = noise(3, 2, 2, 7, 6);
    Tensor mask = Tensor.call("aten::gt.Scalar", noise(4, 5, 7), -0.5);
    for (double p : new double[]{0, 1e-9}) {
      for (boolean causal : new boolean[]{false, true}) {
        Tensor bias = causal ? null : mask;
        Object[] arguments = {q, k, v, bias, p, causal, 0.3, true};
        Tensor expected = Tensor.call("aten::scaled_dot_product_attention", q, k, v, bias, 0.0, causal, 0.3,
            true);
        var node = new Node(0, "a", "aten::scaled_dot_product_attention", "", Map.of(), List.of("a"));
        var frame = new Frame(1, new Mode.Training(1, 1), Hooks.NONE, false, null);
        var call = new Instruction(
            new Instruction.Builder(node, new AttentionKernel(), arguments, new int[]{0}));
        Tensor actual = (Tensor) new AttentionKernel().run(frame, call, arguments).getFirst();
        assertThat(Sample.error(actual, expected)).as("p %s causal %s", p, causal).isLessThan(1e-5);
      }
    }
  }

  private static Tensor noise(long seed, long... shape) {
    try (var generator = new Generator(seed)) {
      return Tensor.randomNormal(generator, DType.FLOAT32, shape);
    }
  }

  @Test
  void recurrentDropoutIsRefusedWithASentence() {
    var weights = List.of("w", "w", "b", "b", "w", "w", "b", "b");
    var builder = new GraphBuilder().input("x", 2).parameter("w", Tensor.zeros(DType.FLOAT32, 6, 2))
        .parameter("b", Tensor.zeros(DType.FLOAT32, 6)).parameter("h", Tensor.zeros(DType.FLOAT32, 2, 3, 2));
    Graph graph = builder.call("u", "aten::unsqueeze", "x", 0)
        .call("y z", "aten::gru.input", "u", "h", weights, true, 2, 0.5, true, false, false).returning("y");
    assertThat(run(graph, Mode.EVALUATION, Map.of("x", Tensor.zeros(DType.FLOAT32, 3, 2)))).hasSize(6);
    assertThatThrownBy(() -> Execution.of(graph).with(new Mode.Training(1, 1)))
        .isInstanceOf(UnsupportedModeException.class)
        .hasMessageContaining("stack single layers with nn.Dropout between");
  }

  @Test
  void whatWasTakenApartCannotBeSwitched() {
    Graph norm = new GraphBuilder().input("x", 2).module("bn", "torch.nn.modules.batchnorm.BatchNorm1d")
        .call("y", "aten::mul.Scalar", "x", 2).returning("y");
    assertThatThrownBy(() -> Execution.of(norm).with(new Mode.Training(1, 1)))
        .hasMessageContaining("run_decompositions");
    Graph dropout = new GraphBuilder().input("x", 2).module("drop", "torch.nn.modules.dropout.Dropout")
        .call("r", "aten::rand_like", "x").call("y", "aten::mul.Tensor", "x", "r").returning("y");
    assertThatThrownBy(() -> Execution.of(dropout))
        .hasMessageContaining("by torch.nn.modules.dropout.Dropout");
    Graph depth = new GraphBuilder().input("x", 2).call("r", "aten::rand_like", "x")
        .call("d", "aten::dropout", "x", 0.5, true).call("y", "aten::mul.Tensor", "d", "r").returning("y");
    assertThatThrownBy(() -> Execution.of(depth)).isInstanceOf(UnsupportedModeException.class)
        .hasMessageContaining("'r' (aten::rand_like) draws numbers in training")
        .hasMessageContaining("drop_path_rate=0");
    Graph fixed = new GraphBuilder().input("x", 2).buffer("m", Tensor.zeros(DType.FLOAT32, 2))
        .buffer("v", Tensor.full(1, DType.FLOAT32, 2))
        .call("y m2 v2", "aten::_native_batch_norm_legit_no_training", "x", null, null, "m", "v", 0.1, 1e-5)
        .returning("y");
    assertThatThrownBy(() -> Execution.of(fixed).with(new Mode.Training(1, 1)))
        .hasMessageContaining("exists in one mode only");
  }

  @Test
  void aGraphExportedInEvaluationStillTrains() {
    Graph graph = new GraphBuilder().input("x", 1000).call("y", "aten::dropout", "x", 0.5, false)
        .returning("y");
    Tensor x = Tensor.full(1, DType.FLOAT32, 1, 1000);
    assertThat(run(graph, Mode.EVALUATION, Map.of("x", x))).containsOnly(1);
    assertThat(run(graph, new Mode.Training(1, 1), Map.of("x", x))).containsOnly(0, 2);
  }

  @Test
  void aLayerFrozenInATrainingExportStaysFrozen() {
    Graph graph = new GraphBuilder().input("x", 1000).call("a", "aten::dropout", "x", 0.5, false)
        .call("b", "aten::dropout", "x", 0.5, true).returning("a", "b");
    Tensor x = Tensor.full(1, DType.FLOAT32, 1, 1000);
    var result = Execution.of(graph).with(new Mode.Training(1, 1)).run(graph.state(), Map.of("x", x));
    assertThat(result.output("a").toFloats()).containsOnly(1);
    assertThat(result.output("b").toFloats()).containsOnly(0, 2);
  }

  @Test
  void randomOperatorsDrawFromGeneratorsOfTheirOwn() {
    for (String draw : List.of("aten::rand_like", "aten::randn_like", "aten::bernoulli")) {
      Graph graph = new GraphBuilder().input("x", 500).call("y", draw, "x").returning("y");
      Tensor x = Tensor.full(0.5, DType.FLOAT32, 1, 500);
      float[] first = run(graph, Mode.EVALUATION, Map.of("x", x));
      assertThat(run(graph, Mode.EVALUATION, Map.of("x", x))).as(draw).isEqualTo(first);
      assertThat(run(graph, new Mode.Training(1, 2), Map.of("x", x))).as(draw).isNotEqualTo(first);
    }
  }
}
