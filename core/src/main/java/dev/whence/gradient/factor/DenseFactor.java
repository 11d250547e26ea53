package dev.whence.gradient.factor;

import dev.whence.torch.Tensor;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Vectors written out.
 *
 * @param dense {@code [b, g, t, w]}
 */
public record DenseFactor(Tensor dense) implements Factor {
  @Override
  public int examples() {
    return Math.toIntExact(dense.size(0));
  }

  @Override
  public long groups() {
    return dense.size(1);
  }

  @Override
  public long steps() {
    return dense.size(2);
  }

  @Override
  public long width() {
    return dense.size(3);
  }

  @Override
  public Tensor project(@Nullable Tensor matrix) {
    return Factor.times(dense, matrix);
  }

  @Override
  public Factor slice(int start, int end) {
    return new DenseFactor(dense.slice(0, start, end));
  }

  @Override
  public List<Tensor> tensors() {
    return List.of(dense);
  }
}
