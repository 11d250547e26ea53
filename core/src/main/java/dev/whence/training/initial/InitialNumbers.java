package dev.whence.training.initial;

import dev.whence.torch.DType;
import dev.whence.torch.Generator;
import dev.whence.torch.Tensor;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.LongStream;

/**
 * How one parameter or buffer begins.
 *
 * @param distribution what its numbers are drawn from
 * @param zeroRows rows of the first axis that begin at zero, such as that of the padding token
 * @param reason why this one: the run file's pattern, the model file's record, or the default of the module
 */
public record InitialNumbers(Distribution distribution, List<Long> zeroRows, String reason) {
  static final String DEFAULT = "PyTorch's default";
  static final String RECORD = "recorded in the model file";

  /** Copies. */
  public InitialNumbers {
    zeroRows = List.copyOf(zeroRows);
  }

  Tensor draw(long seed, Tensor like) {
    DType dtype = like.dtype() == DType.FLOAT64 ? DType.FLOAT64 : DType.FLOAT32;
    try (var generator = new Generator(seed)) {
      long[] shape = like.shape();
      if (zeroRows.isEmpty()) {
        return distribution.draw(generator, dtype, shape).to(like.dtype());
      }
      Set<Long> zero = new HashSet<>(zeroRows);
      long[] rows = LongStream.range(0, shape[0]).filter(row -> !zero.contains(row)).toArray();
      long[] drawn = shape.clone();
      drawn[0] = rows.length;
      return Tensor.call("aten::index_copy", Tensor.zeros(dtype, shape), 0, Tensor.of(rows, rows.length),
          distribution.draw(generator, dtype, drawn)).to(like.dtype());
    }
  }
}
