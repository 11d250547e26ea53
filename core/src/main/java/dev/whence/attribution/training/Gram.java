package dev.whence.attribution.training;

import dev.whence.run.Run;
import dev.whence.torch.DType;
import dev.whence.torch.Operator;
import dev.whence.torch.Tensor;
import java.io.IOException;
import java.util.List;

/**
 * Products of rows Φ with themselves, of which only the lower triangle is computed: ΦᵀΦ, or ΦΦᵀ where there are fewer rows
 * than columns. Both have the same eigenvalues but for zeros. Belongs to the scope it was made in.
 *
 * @param lower {@code [k, k]} or {@code [n, n]} FLOAT64; what is above the diagonal means nothing
 * @param byExamples whether it is ΦΦᵀ
 * @param rows n
 * @param columns k
 */
record Gram(Tensor lower, boolean byExamples, long rows, int columns) {
  /** Columns of ΦᵀΦ added at once: the fewer, the less is added above the diagonal. */
  private static final int PANEL = 512;

  /**
   * Sums the products.
   *
   * @param precision of the products of one block of rows; sums over blocks are in double precision always
   * @param work what this is called in front of the user
   */
  static Gram of(RowSource rows, DType precision, String work, Run run) throws IOException {
    boolean byExamples = rows.rows() < rows.columns();
    long side = byExamples ? rows.rows() : rows.columns();
    var gram = new Gram(Tensor.zeros(DType.FLOAT64, side, side), byExamples, rows.rows(), rows.columns());
    try (var stage = run.progress().stage(work, rows.rows())) {
      rows.forEachBlock((first, block) -> {
        run.checkCancelled();
        Tensor own = block.to(precision);
        if (byExamples) {
          gram.addRows(first, own, rows);
        } else {
          gram.addColumns(own);
        }
        stage.advance(block.size(0));
      });
    }
    return gram;
  }

  private void addColumns(Tensor block) {
    Tensor products = block.columnProducts();
    for (long first = 0; first < columns; first += PANEL) {
      long end = Math.min(columns, first + PANEL);
      Tensor.call("aten::add_.Tensor", lower.slice(0, first, columns).slice(1, first, end),
          products.slice(0, first, columns).slice(1, first, end));
    }
  }

  private void addRows(long first, Tensor block, RowSource all) throws IOException {
    Tensor own = lower.slice(0, first, first + block.size(0));
    all.forEachBlock((at, other) -> {
      if (at <= first) {
        own.slice(1, at, at + other.size(0)).copyFrom(block.matmul(other.to(block.dtype()).transpose(0, 1)));
      }
    });
  }

  /** Σ‖φᵢ‖², the sum of the eigenvalues. */
  double trace() {
    return Tensor.call("aten::diagonal", lower).sum().item();
  }

  /** U, upper triangular, with UᵀU the products plus λ on the diagonal; they are used up. @throws IllegalArgumentException if they are singular */
  Tensor factor(double lambda) {
    Tensor.call("aten::add_.Scalar", Tensor.call("aten::diagonal", lower), lambda);
    List<?> results = Operator.of("aten::linalg_cholesky_ex").call(lower);
    if (!(results.get(0) instanceof Tensor factor) || !(results.get(1) instanceof Tensor info)) {
      throw new IllegalStateException("linalg_cholesky_ex returned " + results);
    }
    if ((byExamples && lambda == 0) || info.item() != 0 || !factor.isFinite()) {
      throw new IllegalArgumentException("the kernel of " + rows + " examples over " + columns
          + " columns is singular with λ = " + lambda + "; raise damping above 0 or keep fewer columns");
    }
    return factor.transpose(0, 1);
  }
}
