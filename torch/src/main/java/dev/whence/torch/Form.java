package dev.whence.torch;

import java.util.Arrays;
import java.util.List;

/**
 * What is known of a tensor without its numbers.
 *
 * @param shape one extent an axis
 * @param strides elements from one entry of an axis to the next
 * @param dtype element type
 */
public record Form(List<Long> shape, List<Long> strides, DType dtype) {
  /** Copies. */
  public Form {
    shape = List.copyOf(shape);
    strides = List.copyOf(strides);
  }

  /** The tensor's. */
  public static Form of(Tensor tensor) {
    return new Form(boxed(tensor.shape()), boxed(tensor.strides()), tensor.dtype());
  }

  /** Rows one after another, as most operators return them. */
  public static Form dense(List<Long> shape, DType dtype) {
    long[] strides = new long[shape.size()];
    long step = 1;
    for (int i = strides.length - 1; i >= 0; i--) {
      strides[i] = step;
      step = times(step, Math.max(1, shape.get(i)));
    }
    return new Form(shape, boxed(strides), dtype);
  }

  /** The same of another type. */
  public Form as(DType other) {
    return new Form(shape, strides, other);
  }

  private static List<Long> boxed(long[] values) {
    return Arrays.stream(values).boxed().toList();
  }

  /** Number of axes. */
  int rank() {
    return shape.size();
  }

  /** The extent of an axis, counted from the end where negative; 1 where there is no such axis. */
  long size(long axis) {
    long at = axis < 0 ? axis + rank() : axis;
    return at >= 0 && at < rank() ? shape.get((int) at) : 1;
  }

  /** Number of entries; Long.MAX_VALUE where it is larger. */
  long elements() {
    return shape.stream().reduce(1L, Form::times);
  }

  /** Bytes of a tensor of this form with memory of its own; Long.MAX_VALUE where it is larger. */
  public long bytes() {
    return times(elements(), dtype.bytes());
  }

  /** a·b for numbers of at least 0; Long.MAX_VALUE where it is larger. */
  static long times(long a, long b) {
    return Math.multiplyHigh(a, b) != 0 || a * b < 0 ? Long.MAX_VALUE : a * b;
  }

  /** a + b for numbers of at least 0; Long.MAX_VALUE where it is larger. */
  static long plus(long a, long b) {
    return a + b < 0 ? Long.MAX_VALUE : a + b;
  }

  Tensor hollow() {
    return Tensor.call("aten::empty_strided", shape, strides, dtype, null, Forecast.NOWHERE);
  }
}
