package dev.whence.gradient.factor;

import dev.whence.torch.Tensor;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One side of a sum of outer products: for each example, group and step a vector, {@code [b, g, t, w]}, perhaps never
 * written out. Example i's gradient is, in each group, Σₜ leftₜ rightₜᵀ.
 */
public sealed interface Factor permits DenseFactor, OneHotFactor, PatchFactor {
  /** Examples, b. */
  int examples();

  /** Groups whose outer products form blocks of their own, g; 1 but for grouped convolutions. */
  long groups();

  /** Steps summed over, t. */
  long steps();

  /** Length of a vector, w. */
  long width();

  /** The vectors, {@code [b, g, t, w]}. */
  Tensor dense();

  /**
   * Each vector times a matrix, {@code [b, g, t, k]}, in the cheapest way.
   *
   * @param matrix {@code [k, w]} for all groups or {@code [k, g·w]} with a part for each; null leaves the vectors
   */
  Tensor project(@Nullable Tensor matrix);

  /** Examples [start, end). */
  Factor slice(int start, int end);

  /** What it is made of. */
  List<Tensor> tensors();

  /** Runs of vectors times a matrix given for all groups or group by group; see {@link #project}. */
  static Tensor times(Tensor dense, @Nullable Tensor matrix) {
    if (matrix == null) {
      return dense;
    }
    long groups = dense.size(1);
    if (matrix.size(1) == dense.size(3)) {
      return dense.timesTransposed(matrix);
    }
    Tensor byGroup = matrix.reshape(matrix.size(0), groups, dense.size(3)).permute(1, 2, 0);
    return dense.matmul(byGroup.unsqueeze(0));
  }
}
