package dev.whence.attribution.training;

import dev.whence.run.Run;
import dev.whence.torch.DType;
import dev.whence.torch.Scope;
import dev.whence.torch.Tensor;
import java.io.Closeable;
import java.io.IOException;
import java.util.function.ToDoubleFunction;

/**
 * TRAK's kernel K = ΦᵀΦ + λI over the columns, a sum over examples without 1/n, as a Cholesky factor, computed in float64. With fewer
 * examples than columns the factor is that of ΦΦᵀ + λI, since (ΦᵀΦ + λI)⁻¹Φᵀ = Φᵀ(ΦΦᵀ + λI)⁻¹: it never takes more than twice
 * the memory of the rows.
 *
 * <p>Products of rows are in float32 where λ is large beside their rounding, else in float64: each entry of a block's
 * product is off by about 6e-8 of the trace at the worst, which λ divides. So are solutions, by up to 6e-8 of the kernel's condition,
 * which is less than 1 + trace/λ: they are taken in float32, with a factor rounded to it, where λ is larger still.
 */
final class TrakKernel implements Closeable {
  /** λ below this share of the trace of some rows asks for double precision; above, scores are off by 1e-3 at the worst. */
  private static final double SMALL = 1e-5;
  private static final double SOME = 2048;
  /** λ from this share of the trace on lets the factor be rounded to float32. */
  private static final double LARGE = 1e-4;

  private final RowSource rows;
  private final boolean byExamples;
  private final DType precision;
  /** U, upper triangular, with UᵀU the kernel. */
  private final KeptMatrix factor;

  private TrakKernel(RowSource rows, boolean byExamples, DType precision, KeptMatrix factor) {
    this.rows = rows;
    this.byExamples = byExamples;
    this.precision = precision;
    this.factor = factor;
  }

  /**
   * Sums and factors the kernel.
   *
   * @param rows Φ, {@code [n, k]}; borrowed until close
   * @param lambda from the products of the rows
   * @param model such as {@code trak, model 1 of 5}
   * @throws IllegalArgumentException if the kernel is singular, with the way out
   */
  static TrakKernel of(RowSource rows, ToDoubleFunction<Gram> lambda, String model, Run run)
      throws IOException {
    try (var _ = Scope.open()) {
      Gram gram = Gram.of(rows, DType.FLOAT32, "kernel of " + model, run);
      double chosen = lambda.applyAsDouble(gram);
      // blocks are rounded one by one: the error grows with the root of their number, the trace with their number
      boolean fine = chosen < SMALL * gram.trace() / Math.sqrt(Math.max(1, rows.rows() / SOME));
      if (fine) {
        gram = Gram.of(rows, DType.FLOAT64, "kernel in double precision of " + model, run);
        chosen = lambda.applyAsDouble(gram);
      }
      DType solving = chosen < LARGE * gram.trace() ? DType.FLOAT64 : DType.FLOAT32;
      return new TrakKernel(rows, gram.byExamples(), fine ? DType.FLOAT64 : DType.FLOAT32,
          KeptMatrix.of(gram.factor(chosen).to(solving), run));
    }
  }

  /** Products with all rows, {@code [m, k]} to {@code [m, n]} of the kernel's precision. */
  private Tensor products(Tensor left) throws IOException {
    Tensor own = left.to(precision);
    Tensor products = Tensor.zeros(precision, left.size(0), rows.rows());
    rows.forEachBlock((first, block) -> products.slice(1, first, first + block.size(0))
        .copyFrom(own.matmul(block.to(precision).transpose(0, 1))));
    return products;
  }

  /** ΨK⁻¹Φᵀ: targets' rows {@code [m, k]} to {@code [m, n]}, both of any floating type, in the caller's scope. */
  Tensor scores(Tensor targets) throws IOException {
    try (var scope = Scope.open()) {
      return scope.keep(byExamples ? solve(products(targets)) : products(solve(targets)));
    }
  }

  /** The entries of {@link #scores} where targets, {@code [b, k]}, meet the rows from {@code first} on one to one, {@code [b]}. */
  Tensor own(Tensor targets, long first) throws IOException {
    try (var scope = Scope.open()) {
      long end = first + targets.size(0);
      return scope.keep(byExamples
          ? Tensor.call("aten::diagonal", scores(targets).slice(1, first, end)).copy()
          : solve(targets).multiply(rows.block(first, (int) targets.size(0))).sum(1));
    }
  }

  /** The inverse applied to each row x: y with yUᵀU = x, in the factor's precision. */
  private Tensor solve(Tensor right) {
    Tensor upper = factor.tensor();
    Tensor half = Tensor.call("aten::linalg_solve_triangular", upper, right.to(upper.dtype()), true, false);
    return Tensor.call("aten::linalg_solve_triangular", upper.transpose(0, 1), half, false, false);
  }

  @Override
  public void close() throws IOException {
    factor.close();
  }
}
