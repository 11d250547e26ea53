package dev.whence.gradient.projection;

import dev.whence.gradient.projection.ProjectionKind.TwoSided;
import dev.whence.run.Seeds;
import dev.whence.torch.DType;
import dev.whence.torch.Generator;
import dev.whence.torch.Scope;
import dev.whence.torch.Tensor;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A gradient matrix's projection from both sides.
 *
 * @param rows rows of the matrix
 * @param columns columns of a projected gradient
 * @param left {@code [kₗ, rows]}, or null for the identity
 * @param right {@code [kᵣ, …]}, or null for the identity
 */
public record TwoSidedProjection(long rows, int columns, @Nullable Tensor left, @Nullable Tensor right)
    implements
      Projection {

  static int columns(TwoSided kind, List<Long> shape) {
    long[] matrix = matrix(shape);
    return Math.toIntExact(matrix[0] == 1
        ? Math.min(matrix[1], (long) kind.rows() * kind.columns())
        : Math.min(matrix[0], kind.rows()) * Math.min(matrix[1], kind.columns()));
  }

  /** The projection, or the dense one of a vector. */
  static Projection of(TwoSided kind, List<Long> shape, long seed, DType dtype) {
    long[] matrix = matrix(shape);
    int k = columns(kind, shape);
    if (matrix[0] == 1) {
      return new VectorProjection(k, k == matrix[1] ? null : normal(matrix[1], k, seed, dtype));
    }
    return new TwoSidedProjection(matrix[0], k,
        subspace(kind.rows(), matrix[0], Seeds.derive(seed, 0), dtype),
        subspace(kind.columns(), matrix[1], Seeds.derive(seed, 1), dtype));
  }

  /** Leading axes of extent 1 dropped, the first that is left against all others; a vector is one row. */
  static long[] matrix(List<Long> shape) {
    int first = 0;
    while (first < shape.size() && shape.get(first) == 1) {
      first++;
    }
    long all = ProjectionSpec.elements(shape);
    return shape.size() - first < 2
        ? new long[]{1, all}
        : new long[]{shape.get(first), all / shape.get(first)};
  }

  private static Tensor normal(long n, int k, long seed, DType dtype) {
    try (var scope = Scope.open(); var generator = new Generator(seed)) {
      Tensor entries = Tensor.randomNormal(generator, DType.FLOAT64, n, k).multiply(1 / Math.sqrt(k))
          .to(dtype);
      return Scope.release(scope.keep(entries));
    }
  }

  /** Orthonormal rows of a random subspace times √(n/k); null if that would be all of it. */
  private static @Nullable Tensor subspace(int k, long n, long seed, DType dtype) {
    if (k >= n) {
      return null;
    }
    try (var _ = Scope.open(); var generator = new Generator(seed)) {
      Tensor normal = Tensor.randomNormal(generator, DType.FLOAT64, n, k);
      // double precision, so that the rounded entries hardly depend on the machine
      Tensor basis = (Tensor) java.util.Objects.requireNonNull(
          dev.whence.torch.Operator.of("aten::linalg_qr").call(normal).getFirst());
      Tensor rows = basis.transpose(0, 1).multiply(Math.sqrt((double) n / k)).to(dtype).contiguous();
      return Scope.release(rows.copy());
    }
  }

  @Override
  public Tensor apply(Tensor gradients) {
    try (var scope = Scope.open()) {
      Tensor matrix = gradients.reshape(gradients.size(0), rows, -1);
      Tensor narrow = right == null ? matrix : matrix.timesTransposed(right);
      Tensor both = left == null ? narrow : left.matmul(narrow);
      return scope.keep(both.flatten(1, 2));
    }
  }

  @Override
  public void close() {
    if (left != null) {
      left.close();
    }
    if (right != null) {
      right.close();
    }
  }
}
