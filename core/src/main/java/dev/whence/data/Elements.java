package dev.whence.data;

import dev.whence.algebra.Bfloat16;
import dev.whence.run.LittleEndian;
import dev.whence.torch.DType;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Writes numbers into memory as a tensor's elements. */
final class Elements {

  private Elements() {
  }

  /** Writes a floating number. @throws DataException if the type cannot hold it */
  static void write(MemorySegment target, long offset, DType dtype, double value) throws DataException {
    double held = switch (dtype) {
      case FLOAT32 -> {
        target.set(LittleEndian.FLOAT, offset, (float) value);
        yield (float) value;
      }
      case FLOAT64 -> {
        target.set(LittleEndian.DOUBLE, offset, value);
        yield value;
      }
      case FLOAT16 -> {
        short bits = Float.floatToFloat16((float) value);
        target.set(LittleEndian.SHORT, offset, bits);
        yield Float.float16ToFloat(bits);
      }
      case BFLOAT16 -> {
        short bits = Bfloat16.of((float) value);
        target.set(LittleEndian.SHORT, offset, bits);
        yield Bfloat16.toFloat(bits);
      }
      case INT64, INT32, INT16, INT8, UINT8, BOOL ->
        throw new IllegalArgumentException(dtype + " holds whole numbers");
      case COMPLEX64, COMPLEX128 -> throw complex(dtype);
    };
    if (!Double.isFinite(held)) {
      throw new DataException(value + " is too large for " + dtype + "; state a wider dtype or a scale");
    }
  }

  /** Writes a whole number. @throws DataException if the type cannot hold it */
  static void write(MemorySegment target, long offset, DType dtype, long value) throws DataException {
    switch (dtype) {
      case INT64 -> target.set(LittleEndian.LONG, offset, value);
      case INT32 -> target.set(LittleEndian.INT, offset,
          (int) within(dtype, value, Integer.MIN_VALUE, Integer.MAX_VALUE));
      case INT16 -> target.set(LittleEndian.SHORT, offset,
          (short) within(dtype, value, Short.MIN_VALUE, Short.MAX_VALUE));
      case INT8 -> target.set(ValueLayout.JAVA_BYTE, offset, (byte) within(dtype, value, -128, 127));
      case UINT8 -> target.set(ValueLayout.JAVA_BYTE, offset, (byte) within(dtype, value, 0, 255));
      case BOOL -> target.set(ValueLayout.JAVA_BYTE, offset, (byte) within(dtype, value, 0, 1));
      case FLOAT32, FLOAT64, FLOAT16, BFLOAT16 -> write(target, offset, dtype, (double) value);
      case COMPLEX64, COMPLEX128 -> throw complex(dtype);
    }
  }

  private static IllegalArgumentException complex(DType dtype) {
    return new IllegalArgumentException("columns hold real numbers, not " + dtype);
  }

  private static long within(DType dtype, long value, long low, long high) throws DataException {
    if (value < low || value > high) {
      throw new DataException(
          value + " is outside " + dtype + "'s range " + low + ".." + high + "; state a wider dtype");
    }
    return value;
  }
}
