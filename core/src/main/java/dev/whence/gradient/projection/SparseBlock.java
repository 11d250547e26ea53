package dev.whence.gradient.projection;

import dev.whence.run.Seeds;
import dev.whence.torch.DType;
import dev.whence.torch.Generator;
import dev.whence.torch.Tensor;

/**
 * Adds each entry to a few random columns with random signs.
 *
 * @param places {@code [c, n]}, the columns
 * @param signs {@code [c, n]}, ±1
 * @param columns k
 */
record SparseBlock(Tensor places, Tensor signs, int columns) implements FlatProjection.Block {
  static SparseBlock of(int count, int columns, int nonZeros, long seed, DType dtype) {
    try (var generator = new Generator(seed)) {
      Tensor places = Tensor.call("aten::randint.generator", columns, new long[]{nonZeros, count}, generator,
          DType.INT64);
      return new SparseBlock(places, FlatProjection.signs(Seeds.derive(seed, 1), dtype, nonZeros, count),
          columns);
    }
  }

  @Override
  public Tensor apply(Tensor rows) {
    Tensor total = Tensor.zeros(rows.dtype(), rows.size(0), columns);
    for (int i = 0; i < places.size(0); i++) {
      Tensor at = Tensor.call("aten::expand", places.select(0, i), rows.shape());
      total = Tensor.call("aten::scatter_add", total, 1, at, rows.multiply(signs.select(0, i)));
    }
    return total.multiply(1 / Math.sqrt((double) places.size(0)));
  }
}
