package dev.whence.gradient.projection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.whence.gradient.factor.Blocks;
import dev.whence.gradient.projection.ProjectionKind.Gaussian;
import dev.whence.gradient.projection.ProjectionKind.Rademacher;
import dev.whence.gradient.projection.ProjectionKind.SparseSign;
import dev.whence.gradient.projection.ProjectionKind.TwoSided;
import dev.whence.torch.DType;
import dev.whence.torch.Generator;
import dev.whence.torch.Scope;
import dev.whence.torch.Tensor;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class ProjectionTest {
  private static final int SEEDS = 2000;

  private static Stream<ProjectionKind> random() {
    return Stream.of(new TwoSided(4, 3), new Gaussian(12), new Rademacher(12), new SparseSign(12, 1),
        new SparseSign(12, 3));
  }

  /**
   * The mean over 2,000 seeds of an estimate whose standard deviation is at most about 2·‖x‖‖y‖/√12 lies within 4.5 of its
   * standard errors, 0.06·‖x‖‖y‖.
   */
  @TestFactory
  Stream<DynamicTest> innerProductsAreKeptInExpectation() {
    return Stream.of(List.of(10L, 8L), List.of(40L)).flatMap(shape -> random()
        .map(kind -> DynamicTest.dynamicTest(kind + " of " + shape, () -> {
          try (var _ = Scope.open(); var generator = new Generator(4)) {
            Tensor x = Tensor.randomNormal(generator, DType.FLOAT64, Blocks.shape(1, shape));
            Tensor y = x.add(Tensor.randomNormal(generator, DType.FLOAT64, Blocks.shape(1, shape)));
            double size = Math.sqrt(product(x, x) * product(y, y));
            double mean = 0;
            for (int seed = 0; seed < SEEDS; seed++) {
              mean += estimate(kind, seed, shape, x, y) / SEEDS;
            }
            assertThat(mean).isCloseTo(product(x, y), within(.06 * size));
          }
        })));
  }

  private static double estimate(ProjectionKind kind, long seed, List<Long> shape, Tensor x, Tensor y) {
    try (var _ = Scope.open();
        var projection = new ProjectionSpec(kind, seed).projection("p", shape, DType.FLOAT64)) {
      return product(projection.apply(x), projection.apply(y));
    }
  }

  private static double product(Tensor x, Tensor y) {
    return x.multiply(y).sum().item();
  }

  @TestFactory
  Stream<DynamicTest> aProjectionIsAFunctionOfSeedAndName() {
    return random().map(kind -> DynamicTest.dynamicTest(kind.toString(), () -> {
      try (var _ = Scope.open()) {
        assertThat(row(kind, 1, "a")).isEqualTo(row(kind, 1, "a"));
        assertThat(row(kind, 1, "a")).isNotEqualTo(row(kind, 1, "b")).isNotEqualTo(row(kind, 2, "a"));
      }
    }));
  }

  private static float[] row(ProjectionKind kind, long seed, String name) {
    List<Long> shape = List.of(6L, 5L);
    try (var projection = new ProjectionSpec(kind, seed).projection(name, shape, DType.FLOAT32)) {
      return projection.apply(Tensor.range(30).to(DType.FLOAT32).reshape(1, 6, 5)).toFloats();
    }
  }

  /** A long vector needs several blocks, drawn apart; rounding of sums in single precision, 1e-5. */
  @Test
  void blocksDoNotOverlapOrLeaveGaps() {
    try (var _ = Scope.open(); var generator = new Generator(4)) {
      List<Long> shape = List.of(9000L);
      Tensor x = Tensor.randomNormal(generator, DType.FLOAT64, 1, 9000);
      Tensor head = Tensor.concatenate(List.of(x.slice(1, 0, 5000), x.slice(1, 5000, 9000).zerosLike()), 1);
      Tensor tail = x.subtract(head);
      try (var projection = new ProjectionSpec(new Gaussian(7), 3).projection("p", shape, DType.FLOAT64)) {
        Tensor parts = projection.apply(head).add(projection.apply(tail));
        assertThat(parts.subtract(projection.apply(x)).maxAbs()).isLessThan(1e-5);
        assertThat(projection.apply(tail).maxAbs()).isGreaterThan(1);
      }
    }
  }

  @Test
  void boundsAreChecked() {
    assertThatThrownBy(() -> new TwoSided(0, 1)).hasMessage("rows must be >= 1, got 0");
    assertThatThrownBy(() -> new Gaussian(-1)).hasMessage("columns must be >= 1, got -1");
    assertThatThrownBy(() -> new SparseSign(4, 0)).hasMessage("nonZeros must be >= 1, got 0");
  }
}
