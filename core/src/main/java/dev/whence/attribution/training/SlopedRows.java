package dev.whence.attribution.training;

import dev.whence.torch.DType;
import dev.whence.torch.Tensor;
import java.io.IOException;

/**
 * Rows without their last column, which is Q = −∂ℓ/∂f of each example.
 *
 * @param all rows and slopes, {@code [n, k + 1]}; owned
 */
record SlopedRows(RowSource all) implements RowSource {
  @Override
  public long rows() {
    return all.rows();
  }

  @Override
  public int columns() {
    return all.columns() - 1;
  }

  @Override
  public Tensor block(long first, int count) throws IOException {
    return all.block(first, count).slice(1, 0, columns());
  }

  /** Q, {@code [n]} FLOAT64, in the caller's scope. */
  Tensor slopes() throws IOException {
    Tensor slopes = Tensor.zeros(DType.FLOAT64, rows());
    all.forEachBlock((first, block) -> slopes.slice(0, first, first + block.size(0))
        .copyFrom(block.select(1, columns())));
    return slopes;
  }

  @Override
  public void close() throws IOException {
    all.close();
  }
}
