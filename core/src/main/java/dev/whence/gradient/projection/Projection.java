package dev.whence.gradient.projection;

import dev.whence.torch.Tensor;

/**
 * The projection of one parameter's gradients, made by {@link ProjectionSpec}. Immutable but for closing; safe for any
 * thread. Whoever made it closes it.
 */
public sealed interface Projection extends AutoCloseable
    permits TwoSidedProjection, VectorProjection, FlatProjection {
  /** Columns of a projected gradient, k. */
  int columns();

  /**
   * Projects gradients that are written out.
   *
   * @param gradients {@code [b, …shape]}
   * @return {@code [b, k]}
   */
  Tensor apply(Tensor gradients);

  @Override
  void close();
}
