package dev.whence.attribution.training;

import dev.whence.run.Run;
import dev.whence.torch.DType;
import dev.whence.torch.Operator;
import dev.whence.torch.Scope;
import dev.whence.torch.Tensor;
import java.io.Closeable;
import java.io.IOException;

/**
 * TRAK's kernel K = ΦᵀΦ + λI over the columns, a sum over examples without 1/n, as a Cholesky factor in float64. With fewer
 * examples than columns the factor is that of ΦΦᵀ + λI, since (ΦᵀΦ + λI)⁻¹Φᵀ = Φᵀ(ΦΦᵀ + λI)⁻¹: it never takes more than twice
 * the memory of the rows.
 */
final class TrakKernel implements Closeable {
  private final RowSource rows;
  private final boolean byExamples;
  /** U, upper triangular, with UᵀU the kernel. */
  private final KeptMatrix factor;

  private TrakKernel(RowSource rows, boolean byExamples, KeptMatrix factor) {
    this.rows = rows;
    this.byExamples = byExamples;
    this.factor = factor;
  }

  /**
   * Sums and factors the kernel.
   *
   * @param rows Φ, {@code [n, k]}; borrowed until close
   * @param damping λ as a multiple of ΦᵀΦ's mean eigenvalue, tr(ΦᵀΦ)/k
   * @param ridge added to λ as it is
   * @throws IllegalArgumentException if the kernel is singular, with the way out
   */
  static TrakKernel of(RowSource rows, double damping, double ridge, Run run) throws IOException {
    boolean byExamples = rows.rows() < rows.columns();
    try (var _ = Scope.open()) {
      Tensor sum = byExamples ? overExamples(rows, run) : overColumns(rows, run);
      Tensor diagonal = Tensor.call("aten::diagonal", sum);
      double lambda = damping * diagonal.sum().item() / rows.columns() + ridge;
      if (byExamples && lambda == 0) {
        throw singular(rows, lambda);
      }
      Tensor.call("aten::add_.Scalar", diagonal, lambda);
      Tensor factor = factor(sum, rows, lambda);
      return new TrakKernel(rows, byExamples, KeptMatrix.of(factor.transpose(0, 1), run));
    }
  }

  /** ΦᵀΦ, {@code [k, k]}. */
  private static Tensor overColumns(RowSource rows, Run run) throws IOException {
    Tensor sum = Tensor.zeros(DType.FLOAT64, rows.columns(), rows.columns());
    rows.forEachBlock((_, block) -> {
      run.checkCancelled();
      Tensor wide = block.to(DType.FLOAT64);
      Tensor.call("aten::addmm_", sum, wide.transpose(0, 1), wide);
    });
    return sum;
  }

  /** ΦΦᵀ, {@code [n, n]}. */
  private static Tensor overExamples(RowSource rows, Run run) throws IOException {
    Tensor products = Tensor.zeros(DType.FLOAT64, rows.rows(), rows.rows());
    rows.forEachBlock((first, block) -> {
      run.checkCancelled();
      Tensor own = products.slice(0, first, first + block.size(0));
      own.copyFrom(products(block.to(DType.FLOAT64), rows));
    });
    return products;
  }

  /** Products with all rows, {@code [m, k]} FLOAT64 to {@code [m, n]}. */
  private static Tensor products(Tensor left, RowSource rows) throws IOException {
    Tensor products = Tensor.zeros(DType.FLOAT64, left.size(0), rows.rows());
    rows.forEachBlock((first, block) -> products.slice(1, first, first + block.size(0))
        .copyFrom(left.matmul(block.to(DType.FLOAT64).transpose(0, 1))));
    return products;
  }

  private static Tensor factor(Tensor kernel, RowSource rows, double lambda) {
    var results = Operator.of("aten::linalg_cholesky_ex").call(kernel);
    if (!(results.get(0) instanceof Tensor factor) || !(results.get(1) instanceof Tensor info)) {
      throw new IllegalStateException("linalg_cholesky_ex returned " + results);
    }
    if (info.item() != 0 || !factor.isFinite()) {
      throw singular(rows, lambda);
    }
    return factor;
  }

  private static IllegalArgumentException singular(RowSource rows, double lambda) {
    return new IllegalArgumentException("the kernel of " + rows.rows() + " examples over " + rows.columns()
        + " columns is singular with λ = " + lambda + "; raise damping above 0 or keep fewer columns");
  }

  /** ΨK⁻¹Φᵀ: targets' rows {@code [m, k]} of any floating type to {@code [m, n]} FLOAT64 in the caller's scope. */
  Tensor scores(Tensor targets) throws IOException {
    try (var scope = Scope.open()) {
      Tensor left = targets.to(DType.FLOAT64);
      return scope.keep(byExamples ? solve(products(left, rows)) : products(solve(left), rows));
    }
  }

  /** The entries of {@link #scores} where targets, {@code [b, k]}, meet the rows from {@code first} on one to one, {@code [b]}. */
  Tensor own(Tensor targets, long first) throws IOException {
    try (var scope = Scope.open()) {
      long end = first + targets.size(0);
      return scope.keep(byExamples
          ? Tensor.call("aten::diagonal", scores(targets).slice(1, first, end)).copy()
          : solve(targets.to(DType.FLOAT64)).multiply(rows.block(first, (int) targets.size(0))).sum(1));
    }
  }

  /** The inverse applied to each row x: y with yUᵀU = x. */
  private Tensor solve(Tensor right) {
    Tensor upper = factor.tensor();
    Tensor half = Tensor.call("aten::linalg_solve_triangular", upper, right, true, false);
    return Tensor.call("aten::linalg_solve_triangular", upper.transpose(0, 1), half, false, false);
  }

  @Override
  public void close() throws IOException {
    factor.close();
  }
}
