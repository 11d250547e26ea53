package dev.whence.gradient.factor;

import dev.whence.torch.DType;
import dev.whence.torch.Tensor;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Unit vectors, as an embedding's rows are picked by.
 *
 * @param indices {@code [b, t]}, INT64 in [0, width)
 * @param width length of a vector: the number of rows to pick from
 * @param dtype element type of the vectors
 */
public record OneHotFactor(Tensor indices, long width, DType dtype) implements Factor {
  @Override
  public int examples() {
    return Math.toIntExact(indices.size(0));
  }

  @Override
  public long groups() {
    return 1;
  }

  @Override
  public long steps() {
    return indices.size(1);
  }

  @Override
  public Tensor dense() {
    Tensor zeros = Tensor.zeros(dtype, indices.size(0), indices.size(1), width);
    return Tensor.call("aten::scatter.value", zeros, 2, indices.unsqueeze(2), 1.0).unsqueeze(1);
  }

  @Override
  public Tensor project(@Nullable Tensor matrix) {
    if (matrix == null) {
      return dense();
    }
    Tensor picked = matrix.transpose(0, 1).indexSelect(0, indices.reshape(-1));
    return picked.reshape(indices.size(0), 1, indices.size(1), matrix.size(0));
  }

  @Override
  public Factor slice(int start, int end) {
    return new OneHotFactor(indices.slice(0, start, end), width, dtype);
  }

  @Override
  public List<Tensor> tensors() {
    return List.of(indices);
  }
}
