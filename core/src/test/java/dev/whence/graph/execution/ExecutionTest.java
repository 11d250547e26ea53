package dev.whence.graph.execution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.whence.graph.Argument;
import dev.whence.graph.Extent;
import dev.whence.graph.Graph;
import dev.whence.graph.GraphBuilder;
import dev.whence.graph.GraphInput;
import dev.whence.graph.ModelState;
import dev.whence.graph.Sample;
import dev.whence.torch.Autograd;
import dev.whence.torch.DType;
import dev.whence.torch.Natives;
import dev.whence.torch.Scope;
import dev.whence.torch.Tensor;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

class ExecutionTest {
  private static float[] logits(Sample sample, Execution execution, Map<String, Tensor> inputs) {
    try (var _ = Scope.open(); var _ = Autograd.off()) {
      return execution.run(sample.graph.state(), inputs).output(sample.logits).toFloats();
    }
  }

  @Test
  void everyBatchSizeGivesTheSameRows() throws IOException {
    for (String name : List.of("resnet", "gpt", "gru-time-major", "vit", "bag")) {
      try (var _ = Scope.open(); var sample = new Sample(Sample.model(name))) {
        Execution execution = Execution.of(sample.graph);
        float[] all = logits(sample, execution, sample.inputs);
        int width = all.length / sample.examples();
        for (int i = 0; i < sample.examples(); i++) {
          float[] one = logits(sample, execution, sample.inputs(i, i + 1));
          for (int j = 0; j < width; j++) {
            // kernels sum in an order that depends on the batch
            assertThat(one[j]).as("%s, row %s", name, i)
                .isCloseTo(all[i * width + j], org.assertj.core.data.Offset.offset(1e-5f));
          }
        }
      }
    }
  }

  @Test
  void inputsThatDoNotFitAreRefusedByName() throws IOException {
    try (var _ = Scope.open(); var sample = new Sample(Sample.model("lenet"))) {
      Execution execution = Execution.of(sample.graph);
      String name = sample.graph.inputs().getFirst().name();
      ModelState state = sample.graph.state();
      Tensor good = sample.inputs.values().iterator().next();
      assertThatThrownBy(() -> execution.run(state, Map.of()))
          .hasMessageContaining("input '" + name + "' is missing");
      assertThatThrownBy(() -> execution.run(state, Map.of(name, good, "more", good)))
          .hasMessageContaining("[more]");
      assertThatThrownBy(() -> execution.run(state, Map.of(name, good.to(DType.FLOAT64))))
          .hasMessageContaining("must be FLOAT32");
      assertThatThrownBy(() -> execution.run(state, Map.of(name, good.slice(2, 0, 5))))
          .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("must have shape [s");
      var fewer = new HashMap<>(state.parameters());
      String parameter = fewer.keySet().iterator().next();
      fewer.put(parameter, Tensor.zeros(DType.FLOAT32, 3));
      assertThatThrownBy(() -> execution.run(new ModelState(fewer, state.buffers()), Map.of(name, good)))
          .hasMessageContaining("parameter '" + parameter + "' must be");
    }
  }

  @Test
  void sizesOutsideTheirRangeAreRefused() {
    try (var _ = Scope.open()) {
      Graph graph = new GraphBuilder().input("x", 2).input("z", 2).call("y", "aten::add.Tensor", "x", "z")
          .returning("y");
      Execution execution = Execution.of(graph);
      Tensor large = Tensor.zeros(DType.FLOAT32, 65, 2);
      assertThatThrownBy(() -> execution.run(graph.state(), Map.of("x", large, "z", large)))
          .hasMessageContaining("size must be in [1, 64], got 65");
      assertThatThrownBy(
          () -> execution.run(graph.state(), Map.of("x", large.slice(0, 0, 3), "z", large.slice(0, 0, 2))))
          .hasMessageContaining("size must be 3 as in an earlier input, got 2");
    }
  }

  @Test
  void sizesThatFollowFromOthersAreEnforced() {
    try (var _ = Scope.open()) {
      var inputs = List.of(new GraphInput("x", DType.FLOAT32, List.of(new Extent.Symbolic("s0", 1, 64))),
          new GraphInput("z", DType.FLOAT32,
              List.of(new Extent.Expression("Add(Mul(2, s0), 1)", List.of("s0")))));
      Graph graph = new Graph(inputs, Map.of("z", "z"), List.of(), Map.of(), Map.of(),
          new ModelState(Map.of(), Map.of()));
      Execution execution = Execution.of(graph);
      Tensor x = Tensor.zeros(DType.FLOAT32, 3);
      assertThat(execution.run(graph.state(), Map.of("x", x, "z", Tensor.zeros(DType.FLOAT32, 7))).output("z")
          .size(0))
          .isEqualTo(7);
      assertThatThrownBy(
          () -> execution.run(graph.state(), Map.of("x", x, "z", Tensor.zeros(DType.FLOAT32, 6))))
          .hasMessageContaining("size must be Add(Mul(2, s0), 1) = 7, got 6");
    }
  }

  @Test
  void fingerprintsTellGraphsApart() {
    try (var _ = Scope.open()) {
      Graph branch = new GraphBuilder().input("a", 2).call("b", "aten::neg", "a").returning("b");
      Graph other = new GraphBuilder().input("a", 2).call("b", "aten::abs", "a").returning("b");
      var prints = new ArrayList<String>();
      for (Graph inner : List.of(branch, other, branch)) {
        prints.add(new GraphBuilder().input("x", 2)
            .call("c", "higher_order::cond", true, new Argument.SubGraph(inner),
                new Argument.SubGraph(inner), new Argument.Sequence(List.of(new Argument.Reference("x"))))
            .returning("c")
            .fingerprint().hex());
      }
      assertThat(prints.get(0)).isEqualTo(prints.get(2)).isNotEqualTo(prints.get(1));
    }
  }

  @Test
  void nothingIsLeftAfterTheScopeCloses() throws IOException {
    for (String name : List.of("resnet", "gpt", "lstm", "bag")) {
      once(name); // operators keep their schemas for the life of the process
      long before = Natives.liveObjects();
      for (int i = 0; i < 3; i++) {
        once(name);
      }
      assertThat(Natives.liveObjects()).as(name).isLessThanOrEqualTo(before);
    }
  }

  private static void once(String name) throws IOException {
    try (var _ = Scope.open(); var sample = new Sample(Sample.model(name))) {
      sample.gradient(Execution.of(sample.graph), 0);
      try (var _ = Autograd.off()) {
        Execution.of(sample.graph).run(sample.graph.state(), sample.inputs);
        if (!name.equals("lstm")) {
          Execution.of(sample.graph).with(new Mode.Training(1, 2)).run(sample.graph.state(), sample.inputs);
        }
      }
    }
  }

  @Test
  void threadsSeeTheSameBits() throws Exception {
    try (var _ = Scope.open();
        var sample = new Sample(Sample.model("resnet"));
        var pool = Executors.newFixedThreadPool(2)) {
      Execution evaluation = Execution.of(sample.graph);
      Execution training = evaluation.with(new Mode.Training(3, 4));
      for (Execution execution : List.of(evaluation, training)) {
        float[] expected = logits(sample, execution, sample.inputs);
        Callable<float[]> again = () -> logits(sample, execution, sample.inputs);
        var futures = new ArrayList<Future<float[]>>();
        for (int i = 0; i < 8; i++) {
          futures.add(pool.submit(again));
        }
        for (Future<float[]> future : futures) {
          assertThat(future.get()).isEqualTo(expected);
        }
      }
    }
  }

  @Test
  void evaluationChangesNothing() throws IOException {
    try (var _ = Scope.open(); var sample = new Sample(Sample.model("resnet"))) {
      var before = new HashMap<String, float[]>();
      sample.graph.state().buffers().forEach((name, tensor) -> before.put(name, tensor.toFloats()));
      var result = Execution.of(sample.graph).run(sample.graph.state(), sample.inputs);
      result.buffers().forEach((name, tensor) -> {
        assertThat(tensor).isSameAs(sample.graph.state().buffers().get(name));
        assertThat(tensor.toFloats()).isEqualTo(before.get(name));
      });
    }
  }

  @Test
  void aGraphThatOutgrowsItsLimitEndsWithAnError() {
    try (var _ = Scope.open()) {
      var builder = new GraphBuilder().limit(1 << 26).input("x", 2);
      String last = "x";
      for (int i = 0; i < 60; i++) {
        builder.call("c" + i, "aten::cat", List.of(last, last));
        last = "c" + i;
      }
      Graph doubling = builder.returning(last);
      assertThatThrownBy(
          () -> Execution.of(doubling).run(doubling.state(), Map.of("x", Tensor.zeros(DType.FLOAT32, 1, 2))))
          .isInstanceOf(MemoryLimitException.class).hasMessageContaining("(aten::cat) needs")
          .hasMessageContaining("67108864");
      Graph sudden = new GraphBuilder().limit(1 << 26).input("x", 2)
          .call("z", "aten::zeros", List.of(1L << 20, 1L << 20)).call("y", "aten::add.Tensor", "z", "x")
          .returning("y");
      assertThatThrownBy(
          () -> Execution.of(sudden).run(sudden.state(), Map.of("x", Tensor.zeros(DType.FLOAT32, 1, 2))))
          .isInstanceOf(MemoryLimitException.class).hasMessageContaining("(aten::zeros) needs 4398046511104");
      Graph viewed = new GraphBuilder().limit(1 << 26).input("x", 2)
          .call("z", "aten::expand", "x", List.of(1L << 22, 2L)).call("y", "aten::contiguous", "z")
          .returning("z");
      assertThat(Execution.of(viewed).run(viewed.state(), Map.of("x", Tensor.zeros(DType.FLOAT32, 1, 2)))
          .output("z").shape())
          .isEqualTo(new long[]{1 << 22, 2});
    }
  }

  @Test
  void aGraphIsRefusedBeforeItsFirstCallAlsoBehindOperatorsThatLibtorchCannotForecast() {
    for (String operator : List.of("aten::relu", "aten::layer_norm", "aten::where.self", "aten::sigmoid")) {
      try (var _ = Scope.open()) {
        var calls = new ArrayList<String>();
        var builder = new GraphBuilder().limit(1 << 26).input("x", 2)
            .call("a", "aten::relu", "x").call("z", "aten::full", List.of(1L), 1.0)
            .call("w", "aten::expand", "z", List.of(5L << 30));
        switch (operator) {
          case "aten::layer_norm" -> builder.call("y", operator, "w", List.of(5L << 30));
          case "aten::where.self" ->
            builder.call("c", "aten::gt.Scalar", "z", 0).call("y", operator, "c", "w", "w");
          default -> builder.call("y", operator, "w");
        }
        Graph graph = builder.returning("y");
        Tap tap = (node, _, _) -> calls.add(node.name());
        assertThatThrownBy(() -> Execution.of(graph).with(Map.of(0, tap)).run(graph.state(),
            Map.of("x", Tensor.zeros(DType.FLOAT32, 1, 2)))).isInstanceOf(MemoryLimitException.class)
            .hasMessageContaining("(" + operator + ") needs 21474836480 bytes (20.0 GiB)")
            .hasMessageContaining("--memory");
        assertThat(calls).isEmpty();
      }
    }
  }

  @Test
  void freedValuesMakeRoomUnlessTheyMayBeNeededForDerivatives() {
    try (var _ = Scope.open(); var _ = Autograd.off()) {
      var builder = new GraphBuilder().limit(1 << 20).input("x", 1 << 16);
      String last = "x";
      for (int i = 0; i < 20; i++) { // 20 × 256 KiB, two of them at a time
        builder.call("c" + i, "aten::add.Scalar", last, 1);
        last = "c" + i;
      }
      Graph graph = builder.returning(last);
      Tensor x = Tensor.zeros(DType.FLOAT32, 1, 1 << 16);
      assertThat(Execution.of(graph).run(graph.state(), Map.of("x", x)).output(last).slice(1, 0, 1).item())
          .isEqualTo(20);
    }
  }

  @Test
  void listsOfResultsBranchesAndArithmeticOnSizesRun() {
    try (var _ = Scope.open()) {
      Graph branch = new GraphBuilder().input("a", 2).call("b", "aten::neg", "a").returning("b");
      Graph other = new GraphBuilder().input("a", 2).returning("a");
      Graph graph = new GraphBuilder().input("x", 2).call("n", "aten::sym_size.int", "x", 0)
          .call("m", "_operator::mul", "n", 2).call("p q", "aten::split.Tensor", "x", 1, 1)
          .call("r", "aten::reshape", "x", List.of("m", 1)).call("s", "aten::sum", "p")
          .call("g", "aten::gt.Scalar", "s", 0)
          .call("c", "higher_order::cond", "g", new Argument.SubGraph(branch), new Argument.SubGraph(other),
              new Argument.Sequence(List.of(new Argument.Reference("x"))))
          .returning("q", "r", "c");
      Tensor x = Tensor.of(new float[]{1, 2, 3, 4}, 2, 2);
      Execution execution = Execution.of(graph);
      var result = execution.run(graph.state(), Map.of("x", x));
      assertThat(result.output("q").toFloats()).containsExactly(2, 4);
      assertThat(result.output("r").shape()).containsExactly(4, 1);
      assertThat(result.output("c").toFloats()).containsExactly(-1, -2, -3, -4);
      assertThat(execution.run(graph.state(), Map.of("x", x.negate())).output("c").toFloats())
          .containsExactly(-1, -2, -3, -4);
    }
  }

  @Test
  void anErrorNamesTheNode() {
    try (var _ = Scope.open()) {
      Graph graph = new GraphBuilder().input("x", 2).module("blocks.1", "a.B")
          .call("y", "aten::matmul", "x", "x").returning("y");
      assertThatThrownBy(
          () -> Execution.of(graph).run(graph.state(), Map.of("x", Tensor.zeros(DType.FLOAT32, 3, 2))))
          .isInstanceOf(dev.whence.torch.TorchException.class)
          .hasMessageContaining("node 'y' (aten::matmul in module blocks.1)");
    }
  }
}
