package dev.whence.gradient;

import dev.whence.torch.Tensor;
import java.util.Arrays;
import java.util.List;

/**
 * How a convolution of two spatial axes slides over its input. One spatial axis is two with a leading extent of 1.
 *
 * @param kernel extents of the kernel
 * @param stride steps between outputs
 * @param padding zeros on both sides
 * @param dilation steps between taps of the kernel
 * @param groups channel groups that do not mix
 */
record Window(List<Long> kernel, List<Long> stride, List<Long> padding, List<Long> dilation, long groups) {
  /** Copies. */
  Window {
    kernel = List.copyOf(kernel);
    stride = List.copyOf(stride);
    padding = List.copyOf(padding);
    dilation = List.copyOf(dilation);
  }

  /** Taps of the kernel in one channel. */
  long taps() {
    return kernel.get(0) * kernel.get(1);
  }

  /** The patches, {@code [n, g, L, c/g·taps]}, written out. */
  Tensor patches(Tensor input) {
    Tensor columns = Tensor.call("aten::im2col", input, kernel, dilation, padding, stride);
    return columns.reshape(input.size(0), groups, columns.size(1) / groups, columns.size(2)).transpose(2, 3);
  }

  /**
   * Each patch times the matrix, {@code [n, g, L, k]}, without writing patches out: a convolution whose kernel is the
   * matrix.
   *
   * @param matrix {@code [k, c/g·taps]}, the same for every group
   */
  Tensor convolve(Tensor input, Tensor matrix) {
    long k = matrix.size(0);
    Tensor filters = matrix.reshape(k, input.size(1) / groups, kernel.get(0), kernel.get(1));
    Tensor all = groups == 1 ? filters : Tensor.call("aten::repeat", filters, List.of(groups, 1L, 1L, 1L));
    Tensor out = Tensor.call("aten::conv2d", input, all, null, stride, padding, dilation, groups);
    return out.reshape(input.size(0), groups, k, -1).transpose(2, 3);
  }

  /**
   * Σ over the output's places of gradient times input, for each channel group that has one input channel,
   * {@code [n, cₒ, taps]}: the gradients of a depthwise convolution's kernels.
   *
   * @param input {@code [n, c, h, w]} with c = groups
   * @param delta {@code [n, cₒ, h', w']}
   */
  Tensor depthwise(Tensor input, Tensor delta) {
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
