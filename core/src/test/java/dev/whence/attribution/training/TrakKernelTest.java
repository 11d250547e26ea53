package dev.whence.attribution.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.whence.run.Run;
import dev.whence.torch.DType;
import dev.whence.torch.Generator;
import dev.whence.torch.Scope;
import dev.whence.torch.Tensor;
import dev.whence.training.OneThread;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.hipparchus.linear.Array2DRowRealMatrix;
import org.hipparchus.linear.LUDecomposition;
import org.hipparchus.linear.MatrixUtils;
import org.hipparchus.linear.RealMatrix;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** ΨK⁻¹Φᵀ against the inverse written out. */
@ExtendWith(OneThread.class) // OpenBLAS factors in several threads with more stack than Java's have
class TrakKernelTest {
  // float64 on both sides, kernels of condition below 1e4
  private static final double FLOAT64 = 1e-10;
  // relative to the largest score, where λ is large and products are rounded to float32
  private static final double FLOAT32 = 3e-5;

  private static Tensor normal(long seed, long... shape) {
    try (var generator = new Generator(seed)) {
      return Tensor.randomNormal(generator, DType.FLOAT32, shape);
    }
  }

  private static RealMatrix matrix(Tensor tensor) {
    double[] values = tensor.toDoubles();
    int columns = (int) tensor.size(1);
    var matrix = new Array2DRowRealMatrix((int) tensor.size(0), columns);
    for (int i = 0; i < values.length; i++) {
      matrix.setEntry(i / columns, i % columns, values[i]);
    }
    return matrix;
  }

  /** ψ(ΦᵀΦ + λI)⁻¹Φᵀ over the columns, whatever their number. */
  private static double[] writtenOut(Tensor rows, Tensor targets, double damping, double ridge) {
    RealMatrix phi = matrix(rows);
    RealMatrix kernel = phi.transpose().multiply(phi);
    int k = kernel.getRowDimension();
    double lambda = damping * kernel.getTrace() / k + ridge;
    RealMatrix damped = kernel.add(MatrixUtils.createRealIdentityMatrix(k).scalarMultiply(lambda));
    RealMatrix scores = matrix(targets).multiply(new LUDecomposition(damped).getSolver().getInverse())
        .multiply(phi.transpose());
    return java.util.Arrays.stream(scores.getData()).flatMapToDouble(java.util.Arrays::stream).toArray();
  }

  private static TrakKernel kernel(RowSource rows, double damping, double ridge, Run run) throws IOException {
    return TrakKernel.of(rows, gram -> damping * gram.trace() / gram.columns() + ridge, "a test", run);
  }

  @ParameterizedTest(name = "{0} examples, {1} columns, damping {2}, ridge {3}")
  @CsvSource({"40, 7, .1, 0", "40, 7, 0, 0", "7, 7, .1, 0", "7, 40, .1, 0", "7, 40, 0, .5",
      "1300, 600, .1, 0", "40, 7, 1e-6, 0",
      "700, 6000, .01, 0"})
  void scoresAreThoseOfTheInverse(int examples, int columns, double damping, double ridge)
      throws IOException {
    try (var _ = Scope.open()) {
      // the last case has several blocks of rows and is compared over its examples: 6000 columns invert slowly
      Tensor rows = normal(1, examples, columns);
      Tensor targets = normal(2, 3, columns);
      double[] expected = columns > 1000
          ? overExamples(rows, targets, damping)
          : writtenOut(rows, targets, damping, ridge);
      try (var kernel = kernel(new FeatureRows.MemoryRows(rows), damping, ridge, Run.of(0))) {
        double largest = java.util.Arrays.stream(expected).map(Math::abs).max().orElseThrow();
        assertThat(kernel.scores(targets).toDoubles()).containsExactly(expected,
            within(damping / columns < 1e-5 && ridge == 0 ? FLOAT64 : FLOAT32 * largest));
      }
    }
  }

  /** Singular values of the rows fall from 1 to 1e-7, as those of gradients do; λ is told as a share of the trace. */
  @ParameterizedTest(name = "{0} examples, {1} columns, λ {2} of the trace")
  @CsvSource({"900, 300, 2.2e-3", "900, 300, 1.01e-4", "900, 300, .99e-4", "900, 300, 1.1e-5",
      "900, 300, 1e-9",
      "300, 900, 6.7e-3", "300, 900, 1.01e-4", "300, 900, 1.1e-5"})
  void illConditionedKernelsKeepThreeDigits(int examples, int columns, double share) throws IOException {
    try (var _ = Scope.open()) {
      Tensor falling = Tensor.call("aten::logspace", 0.0, -7.0, (long) columns, 10.0, DType.FLOAT32);
      Tensor turn = (Tensor) java.util.Objects.requireNonNull(dev.whence.torch.Operator.of("aten::linalg_qr")
          .call(normal(3, columns, columns)).getFirst());
      Tensor rows = normal(1, examples, columns).multiply(falling).matmul(turn);
      // like the rows, so that small directions count as little in them
      Tensor targets = normal(2, 5, columns).multiply(falling).matmul(turn);
      Tensor phi = rows.to(DType.FLOAT64);
      double lambda = share * phi.multiply(phi).sum().item();
      Tensor kernel = phi.transpose(0, 1).matmul(phi)
          .add(Tensor.call("aten::eye", (long) columns, DType.FLOAT64).multiply(lambda));
      double[] expected = Tensor.call("aten::linalg_solve", kernel, targets.to(DType.FLOAT64), false)
          .matmul(phi.transpose(0, 1)).toDoubles();
      try (var kept = kernel(new FeatureRows.MemoryRows(rows), 0, lambda, Run.of(0))) {
        double largest = java.util.Arrays.stream(expected).map(Math::abs).max().orElseThrow();
        assertThat(kept.scores(targets).toDoubles()).containsExactly(expected, within(1e-3 * largest));
      }
    }
  }

  /** The same by ψΦᵀ(ΦΦᵀ + λI)⁻¹. */
  private static double[] overExamples(Tensor rows, Tensor targets, double damping) {
    RealMatrix phi = matrix(rows);
    RealMatrix kernel = phi.multiply(phi.transpose());
    double lambda = damping * kernel.getTrace() / phi.getColumnDimension();
    RealMatrix damped = kernel.add(
        MatrixUtils.createRealIdentityMatrix(kernel.getRowDimension()).scalarMultiply(lambda));
    RealMatrix scores = new LUDecomposition(damped).getSolver()
        .solve(phi.multiply(matrix(targets).transpose())).transpose();
    return java.util.Arrays.stream(scores.getData()).flatMapToDouble(java.util.Arrays::stream).toArray();
  }

  @Test
  void theAutomaticRidgeIsTwiceTheMeanSquaredLengthWhateverTheColumnsAndExamples() throws IOException {
    try (var _ = Scope.open()) {
      Tensor rows = normal(1, 30, 7);
      double length = java.util.stream.DoubleStream.of(rows.toDoubles()).map(value -> value * value).sum()
          / 30;
      Tensor wider = Tensor.concatenate(List.of(rows, Tensor.zeros(DType.FLOAT32, 30, 80)), 1);
      Tensor twice = Tensor.concatenate(List.of(rows, rows), 0);
      for (Tensor each : List.of(rows, wider, twice)) {
        Gram gram = Gram.of(new FeatureRows.MemoryRows(each), DType.FLOAT32, "a test", Run.of(0));
        assertThat(new Trak().lambda(gram)).isCloseTo(2 * length, within(1e-5 * length));
      }
    }
  }

  @Test
  void aFolderHoldsTheFactorAndNothingStays(@TempDir Path folder) throws IOException {
    try (var _ = Scope.open()) {
      var rows = new FeatureRows.MemoryRows(normal(1, 40, 7));
      Tensor targets = normal(2, 3, 7);
      double[] inMemory;
      try (var kernel = kernel(rows, .1, 0, Run.of(0))) {
        inMemory = kernel.scores(targets).toDoubles();
      }
      try (var first = kernel(rows, .1, 0, Run.of(0).withFolder(folder));
          var second = kernel(rows, .2, 0, Run.of(0).withFolder(folder))) {
        assertThat(first.scores(targets).toDoubles()).containsExactly(inMemory);
        assertThat(second.scores(targets).toDoubles()).doesNotContain(inMemory);
      }
      try (var left = Files.list(folder.resolve("gradients"))) {
        assertThat(left.toList()).isEqualTo(List.of());
      }
    }
  }

  @Test
  void asManyEqualExamplesAsColumnsSayWhatToDo() {
    try (var _ = Scope.open()) {
      var fewer = new FeatureRows.MemoryRows(normal(1, 3, 7));
      assertThatIllegalArgumentException().isThrownBy(() -> kernel(fewer, 0, 0, Run.of(0)))
          .withMessageContaining("3 examples over 7 columns").withMessageContaining("raise damping");
      var same = new FeatureRows.MemoryRows(Tensor.zeros(DType.FLOAT32, 9, 7));
      assertThatIllegalArgumentException().isThrownBy(() -> kernel(same, .1, 0, Run.of(0)))
          .withMessageContaining("singular");
    }
  }
}
