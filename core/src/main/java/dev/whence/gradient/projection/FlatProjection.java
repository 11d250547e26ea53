package dev.whence.gradient.projection;

import dev.whence.torch.DType;
import dev.whence.torch.Generator;
import dev.whence.torch.Scope;
import dev.whence.torch.Tensor;

/**
 * A projection of the gradient as one long vector, by a matrix that is drawn again block by block whenever it is
 * used, so that it never has to be held whole.
 */
final class FlatProjection implements Projection {
  /** Entries of the gradient that a block covers. */
  private static final int BLOCK = 4096;

  private final long entries;
  private final int columns;
  private final DType dtype;
  private final Draw draw;

  FlatProjection(long entries, int columns, DType dtype, Draw draw) {
    this.entries = entries;
    this.columns = columns;
    this.dtype = dtype;
    this.draw = draw;
  }

  /** Draws the block for entries [first, first + count), as a function of first. */
  @FunctionalInterface
  interface Draw {
    Block block(long first, int count);
  }

  /** Projects a run of entries. */
  @FunctionalInterface
  interface Block {
    /** From {@code [b, count]} to {@code [b, k]}. */
    Tensor apply(Tensor rows);
  }

  /** Normal entries of variance 1/columns. */
  static Block normal(int count, int columns, long seed, DType dtype) {
    try (var generator = new Generator(seed)) {
      Tensor matrix = Tensor.randomNormal(generator, dtype, count, columns);
      double scale = 1 / Math.sqrt(columns);
      return rows -> rows.matmul(matrix).multiply(scale);
    }
  }

  /** Entries ±1/√columns. */
  static Block signs(int count, int columns, long seed, DType dtype) {
    Tensor matrix = signs(seed, dtype, count, columns);
    double scale = 1 / Math.sqrt(columns);
    return rows -> rows.matmul(matrix).multiply(scale);
  }

  /** Independent fair signs, ±1. */
  static Tensor signs(long seed, DType dtype, long... shape) {
    try (var generator = new Generator(seed)) {
      Tensor bits = Tensor.call("aten::randint.generator", 2, shape, generator, dtype);
      return bits.multiply(2).add(-1);
    }
  }

  @Override
  public int columns() {
    return columns;
  }

  @Override
  public Tensor apply(Tensor gradients) {
    try (var scope = Scope.open()) {
      Tensor rows = gradients.reshape(gradients.size(0), entries);
      Tensor total = scope.keep(Tensor.zeros(dtype, gradients.size(0), columns));
      for (long first = 0; first < entries; first += BLOCK) {
        int count = (int) Math.min(BLOCK, entries - first);
        try (var _ = Scope.open()) {
          Tensor part = draw.block(first, count).apply(rows.slice(1, first, first + count));
          total.copyFrom(total.add(part));
        }
      }
      return total;
    }
  }

  /** Holds nothing. */
  @Override
  public void close() {
  }
}
