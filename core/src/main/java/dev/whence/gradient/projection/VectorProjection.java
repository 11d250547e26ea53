package dev.whence.gradient.projection;

import dev.whence.torch.Scope;
import dev.whence.torch.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * A dense projection of a short vector, or the vector as it is.
 *
 * @param columns k
 * @param matrix {@code [n, k]}, or null to keep all n = k entries
 */
record VectorProjection(int columns, @Nullable Tensor matrix) implements Projection {
  @Override
  public Tensor apply(Tensor gradients) {
    try (var scope = Scope.open()) {
      Tensor rows = gradients.reshape(gradients.size(0), gradients.elements() / gradients.size(0));
      return scope.keep(matrix == null ? rows : rows.matmul(matrix));
    }
  }

  @Override
  public void close() {
    if (matrix != null) {
      matrix.close();
    }
  }
}
