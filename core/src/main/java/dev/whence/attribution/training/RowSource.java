package dev.whence.attribution.training;

import dev.whence.torch.Scope;
import dev.whence.torch.Tensor;
import java.io.Closeable;
import java.io.IOException;

/** Rows of numbers, one a training example, read block by block. */
interface RowSource extends Closeable {
  /** Number of rows, n. */
  long rows();

  /** Numbers in a row, k. */
  int columns();

  /** Rows [first, first + count), {@code [count, k]} FLOAT32, in the caller's scope. */
  Tensor block(long first, int count) throws IOException;

  /** What is done with one block. */
  @FunctionalInterface
  interface BlockAction {
    /** Called with the first row's number and the rows; the block is freed afterwards. */
    void accept(long first, Tensor block) throws IOException;
  }

  /** Hands over all rows in order, a few megabytes at a time. */
  default void forEachBlock(BlockAction action) throws IOException {
    int size = Math.clamp((4L << 20) / Math.max(1, columns()), 16, 4096);
    for (long first = 0; first < rows(); first += size) {
      try (var _ = Scope.open()) {
        action.accept(first, block(first, (int) Math.min(size, rows() - first)));
      }
    }
  }
}
