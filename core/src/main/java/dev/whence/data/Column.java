package dev.whence.data;

import dev.whence.torch.DType;
import java.util.List;
import java.util.Objects;

/**
 * A named column: the type and shape of one example's value.
 *
 * @param name such as {@code image}; model inputs and labels are bound to columns by this name
 * @param dtype element type
 * @param shape extents of one value, without the example axis; empty for a number
 */
public record Column(String name, DType dtype, List<Long> shape) {
  /** Checks and copies. */
  public Column {
    Objects.requireNonNull(name);
    Objects.requireNonNull(dtype);
    shape = List.copyOf(shape);
  }
}
