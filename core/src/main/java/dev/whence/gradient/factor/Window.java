package dev.whence.gradient.factor;

import dev.whence.torch.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/**
 * How a convolution of two or three spatial axes slides over its input. One spatial axis is two with a leading extent of 1.
 *
 * @param kernel extents of the kernel
 * @param stride steps between outputs
 * @param padding zeros on both sides
 * @param dilation steps between taps of the kernel
 * @param groups channel groups that do not mix
 */
public record Window(List<Long> kernel, List<Long> stride, List<Long> padding, List<Long> dilation,
    long groups) {
  /** Copies. */
  public Window {
    kernel = List.copyOf(kernel);
    stride = List.copyOf(stride);
    padding = List.copyOf(padding);
    dilation = List.copyOf(dilation);
  }

  /** Taps of the kernel in one channel. */
  long taps() {
    return kernel.stream().reduce(1L, (a, b) -> a * b);
  }

  /** Number of spatial axes. */
  public int axes() {
    return kernel.size();
  }

  /** The patches, {@code [n, g, L, c/g·taps]}, written out. */
  Tensor patches(Tensor input) {
    if (axes() > 2) {
      return unfolded(input);
    }
    Tensor columns = Tensor.call("aten::im2col", input, kernel, dilation, padding, stride);
    return columns.reshape(input.size(0), groups, columns.size(1) / groups, columns.size(2)).transpose(2, 3);
  }

  /** What im2col does, for any number of axes. */
  private Tensor unfolded(Tensor input) {
    var sides = new ArrayList<Long>();
    padding.reversed().forEach(side -> sides.addAll(List.of(side, side)));
    Tensor cut = Tensor.call("aten::constant_pad_nd", input, sides, 0.0);
    for (int axis = 0; axis < axes(); axis++) {
      long reach = dilation.get(axis) * (kernel.get(axis) - 1) + 1;
      Tensor runs = Tensor.call("aten::unfold", cut, axis + 2, reach, stride.get(axis));
      cut = Tensor.call("aten::slice.Tensor", runs, runs.rank() - 1, 0L, reach, dilation.get(axis));
    }
    long n = input.size(0);
    Tensor taps = cut.flatten(2 + axes(), cut.rank() - 1).flatten(2, 1 + axes());
    return taps.reshape(n, groups, input.size(1) / groups, taps.size(2), taps.size(3))
        .permute(0, 1, 3, 2, 4).flatten(3, 4);
  }

  /**
   * Each patch times the matrix, {@code [n, g, L, k]}, without writing patches out: a convolution whose kernel is the
   * matrix.
   *
   * @param matrix {@code [k, c/g·taps]}, the same for every group
   */
  Tensor convolve(Tensor input, Tensor matrix) {
    long k = matrix.size(0);
    var extents = new ArrayList<>(List.of(input.size(1) / groups));
    extents.addAll(kernel);
    Tensor filters = matrix.reshape(Blocks.shape(k, extents));
    Tensor all = groups == 1
        ? filters
        : Tensor.concatenate(Collections.nCopies(Math.toIntExact(groups), filters), 0);
    Tensor out = Tensor.call(axes() > 2 ? "aten::conv3d" : "aten::conv2d", input, all, null, stride, padding,
        dilation, groups);
    return out.reshape(input.size(0), groups, k, -1).transpose(2, 3);
  }

  /**
   * Σ over the output's places of gradient times input, for each channel group that has one input channel,
   * {@code [n, cₒ, taps]}: the gradients of a depthwise convolution's kernels.
   *
   * @param input {@code [n, c, h, w]} with c = groups
   * @param delta {@code [n, cₒ, h', w']}
   */
  public Tensor depthwise(Tensor input, Tensor delta) {
    Tensor padded = Tensor.call("aten::constant_pad_nd", input,
        List.of(padding.get(1), padding.get(1), padding.get(0), padding.get(0)), 0.0);
    Tensor byGroup = delta.reshape(delta.size(0), groups, -1, delta.size(2), delta.size(3));
    var sums = new Tensor[Math.toIntExact(taps())];
    for (int tap = 0; tap < sums.length; tap++) {
      Tensor rows = shifted(padded, 0, tap / kernel.get(1), delta.size(2));
      Tensor seen = shifted(rows, 1, tap % kernel.get(1), delta.size(3));
      sums[tap] = byGroup.multiply(seen.unsqueeze(2)).sum(3, 4).flatten(1, 2);
    }
    return Tensor.stack(Arrays.asList(sums), 2);
  }

  private Tensor shifted(Tensor padded, int axis, long tap, long outputs) {
    long start = tap * dilation.get(axis);
    long step = stride.get(axis);
    return Tensor.call("aten::slice.Tensor", padded, axis + 2, start, start + (outputs - 1) * step + 1, step);
  }
}
