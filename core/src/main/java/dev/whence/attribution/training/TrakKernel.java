package dev.whence.attribution.training;

import dev.whence.run.Run;
import dev.whence.torch.DType;
import dev.whence.torch.Scope;
import dev.whence.torch.Tensor;
import java.io.IOException;

/**
 * TRAK's kernel K = ΣᵢΦᵢΦᵢᵀ + λI, {@code [k, k]} in float64, as its Cholesky factor; it is never inverted. A sum over
 * examples: no 1/n.
 */
final class TrakKernel implements AutoCloseable {
  private final Tensor factor;
  private final double lambda;

  private TrakKernel(Tensor factor, double lambda) {
    this.factor = factor;
    this.lambda = lambda;
  }

  /**
   * Sums and factors the kernel.
   *
   * @param damping λ as a multiple of the kernel's mean eigenvalue, tr(K)/k
   * @param ridge added to λ as it is
   * @throws IllegalArgumentException if the kernel is singular, with the way out
   */
  static TrakKernel of(RowSource features, double damping, double ridge, Run run) throws IOException {
    int k = features.columns();
    try (var _ = Scope.open()) {
      Tensor sum = Tensor.zeros(DType.FLOAT64, k, k);
      features.forEachBlock((_, block) -> {
        run.checkCancelled();
        Tensor rows = block.to(DType.FLOAT64);
        Tensor.call("aten::addmm_", sum, rows.transpose(0, 1), rows);
      });
      double lambda = damping * Tensor.call("aten::trace", sum).item() / k + ridge;
      Tensor damped = sum.add(Tensor.call("aten::eye", (long) k, DType.FLOAT64).multiply(lambda));
      return new TrakKernel(Scope.release(factor(damped, features.rows(), lambda)), lambda);
    }
  }

  private static Tensor factor(Tensor kernel, long rows, double lambda) {
    var results = dev.whence.torch.Operator.of("aten::linalg_cholesky_ex").call(kernel);
    if (!(results.get(0) instanceof Tensor factor) || !(results.get(1) instanceof Tensor info)) {
      throw new IllegalStateException("linalg_cholesky_ex returned " + results);
    }
    if (info.item() != 0 || !factor.isFinite()) {
      throw new IllegalArgumentException("the kernel of " + rows + " examples over " + kernel.size(0)
          + " columns is singular at damping " + lambda + "; raise damping above 0 or keep fewer columns");
    }
    return factor;
  }

  /** λ as it was added. */
  double lambda() {
    return lambda;
  }

  /** K⁻¹ applied to each row: {@code [m, k]} of any floating type to FLOAT64. */
  Tensor solve(Tensor rows) {
    try (var scope = Scope.open()) {
      Tensor solved = Tensor.call("aten::cholesky_solve", rows.to(DType.FLOAT64).transpose(0, 1), factor);
      return scope.keep(solved.transpose(0, 1).contiguous());
    }
  }

  @Override
  public void close() {
    factor.close();
  }
}
