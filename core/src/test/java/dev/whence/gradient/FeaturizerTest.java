package dev.whence.gradient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.whence.data.Batch;
import dev.whence.gradient.projection.Projection;
import dev.whence.gradient.projection.ProjectionKind;
import dev.whence.gradient.projection.ProjectionKind.Exact;
import dev.whence.gradient.projection.ProjectionKind.SparseSign;
import dev.whence.gradient.projection.ProjectionKind.TwoSided;
import dev.whence.gradient.projection.ProjectionSpec;
import dev.whence.graph.ModelState;
import dev.whence.torch.DType;
import dev.whence.torch.Natives;
import dev.whence.torch.Scope;
import dev.whence.torch.Tensor;
import dev.whence.torch.Threads;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Objects;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class FeaturizerTest {
  /** Single precision: sums over steps in another order, relative to the largest feature. */
  private static final double ROUNDING = 1e-4;
  private static final TwoSided SIDES = new TwoSided(2, 3);

  private static double error(Tensor actual, Tensor expected) {
    assertThat(actual.shape()).isEqualTo(expected.shape());
    return actual.subtract(expected).maxAbs() / expected.maxAbs();
  }

  /** Narrow sides, so that weight and bias of a layer with a few steps are projected together. */
  @TestFactory
  Stream<DynamicTest> featuresAreTheProjectionsOfPyTorchsGradients() throws IOException {
    return Golden.models().stream()
        .map(model -> DynamicTest.dynamicTest(model.getFileName().toString(), () -> {
          try (var _ = Scope.open(); var golden = new Golden(model)) {
            var gradients = golden.exampleGradients();
            for (ProjectionKind kind : List.of(new TwoSided(1, 1), SIDES, new SparseSign(40, 2),
                new Exact())) {
              check(golden, gradients, new ProjectionSpec(kind, 7));
            }
          }
        }));
  }

  private static void check(Golden golden, ExampleGradients gradients, ProjectionSpec spec) {
    var parts = new ArrayList<Tensor>();
    for (String name : gradients.parameters()) {
      Tensor right = Objects.requireNonNull(golden.gradients.get(name), name);
      List<Long> shape = LongStream.of(right.shape()).skip(1).boxed().toList();
      try (Projection projection = spec.projection(name, shape, right.dtype())) {
        parts.add(projection.apply(right).to(DType.FLOAT32));
      }
    }
    Tensor expected = spec.kind().isShared()
        ? Tensor.stack(parts, 0).sum(0)
        : Tensor.concatenate(parts, 1);
    try (var featurizer = new Featurizer(gradients, spec)) {
      assertThat(featurizer.columns()).isEqualTo((int) expected.size(1));
      assertThat(error(featurizer.features(golden.graph.state(), golden.all()), expected)).as(spec.toString())
          .isLessThan(ROUNDING);
    }
  }

  @TestFactory
  Stream<DynamicTest> featuresDoNotDependOnBatchSizeOrderOrThreads() {
    return Stream.of("resnet", "gpt", "lstm", "bert").map(name -> DynamicTest.dynamicTest(name, () -> {
      try (var _ = Scope.open();
          var golden = Golden.named(name);
          var featurizer = new Featurizer(golden.exampleGradients(), new ProjectionSpec(SIDES, 1))) {
        ModelState state = golden.graph.state();
        Tensor all = featurizer.features(state, golden.all());
        for (int i = 0; i < golden.examples(); i++) {
          assertThat(error(featurizer.features(state, golden.batch(i)), all.slice(0, i, i + 1L)))
              .isLessThan(ROUNDING);
        }
        Tensor two = featurizer.features(state, golden.batch(1, 0));
        assertThat(error(two, Tensor.stack(List.of(all.select(0, 1), all.select(0, 0)), 0)))
            .isLessThan(ROUNDING);
        int threads = Threads.intraOp();
        Threads.setIntraOp(threads == 1 ? 2 : 1);
        try {
          assertThat(error(featurizer.features(state, golden.all()), all)).isLessThan(ROUNDING);
        } finally {
          Threads.setIntraOp(threads);
        }
        assertThat(featurizer.features(state, golden.all()).toFloats()).isEqualTo(all.toFloats());
      }
    }));
  }

  @Test
  void changingOneExampleLeavesTheOthersAsTheyWere() throws IOException {
    try (var _ = Scope.open();
        var golden = Golden.named("gpt");
        var featurizer = new Featurizer(golden.exampleGradients(), new ProjectionSpec(SIDES, 1))) {
      Tensor before = featurizer.features(golden.graph.state(), golden.batch(0, 1));
      Tensor after = featurizer.features(golden.graph.state(), golden.batch(0, 0));
      assertThat(after.select(0, 0).toFloats()).isEqualTo(before.select(0, 0).toFloats());
      assertThat(error(after.select(0, 1), before.select(0, 1))).isGreaterThan(.1);
    }
  }

  @Test
  void featuresLeaveNothingBehind() throws IOException {
    try (var _ = Scope.open(); var golden = Golden.named("lstm")) {
      var gradients = golden.exampleGradients();
      long live = Long.MAX_VALUE;
      for (int round = 0; round < 4; round++) {
        live = round == 2 ? Natives.liveObjects() : live;
        try (var _ = Scope.open(); var featurizer = new Featurizer(gradients, new ProjectionSpec(SIDES, 1))) {
          featurizer.features(golden.graph.state(), golden.all());
        }
      }
      assertThat(Natives.liveObjects()).isLessThanOrEqualTo(live);
    }
  }

  @Test
  void aGradientThatIsNoNumberIsAnErrorThatNamesTheRow() throws IOException {
    try (var _ = Scope.open(); var golden = Golden.named("mlp")) {
      var broken = new ExampleGradients(golden.graph, golden::inputs, (outputs, batch) -> {
        Tensor losses = golden.loss.perExample(outputs, batch);
        double[] factors = LongStream.of(batch.rows()).mapToDouble(row -> row == 2 ? Double.NaN : 1)
            .toArray();
        return losses.multiply(Tensor.of(factors, factors.length).to(losses.dtype()));
      }, golden.graph.state(), golden.batch(0, 1));
      try (var featurizer = new Featurizer(broken, new ProjectionSpec(SIDES, 1))) {
        Batch batch = golden.batch(0, 1, 2);
        assertThatThrownBy(() -> featurizer.features(golden.graph.state(), batch))
            .isInstanceOf(ArithmeticException.class).hasMessageContaining("row 2 ");
      }
    }
  }

  @Test
  void parametersThatRequireGradientsChangeNothing() throws IOException {
    try (var _ = Scope.open();
        var golden = Golden.named("resnet");
        var featurizer = new Featurizer(golden.exampleGradients(), new ProjectionSpec(SIDES, 1))) {
      var leaves = new LinkedHashMap<String, Tensor>();
      golden.graph.state().parameters().forEach((name, tensor) -> leaves.put(name, tensor.leaf()));
      Tensor plain = featurizer.features(golden.graph.state(), golden.all());
      Tensor recorded = featurizer.features(new ModelState(leaves, golden.graph.state().buffers()),
          golden.all());
      assertThat(recorded.toFloats()).isEqualTo(plain.toFloats());
    }
  }
}
