package dev.whence.torch;

import org.bytedeco.pytorch.global.torch.ScalarType;

/** Element type of a {@link Tensor}. */
public enum DType {
  /** IEEE single precision. */
  FLOAT32(ScalarType.Float, 4, true),
  /** IEEE double precision. */
  FLOAT64(ScalarType.Double, 8, true),
  /** The upper half of a single-precision number. */
  BFLOAT16(ScalarType.BFloat16, 2, true),
  /** IEEE half precision. */
  FLOAT16(ScalarType.Half, 2, true),
  /** Signed 64-bit integer. */
  INT64(ScalarType.Long, 8, false),
  /** Signed 32-bit integer. */
  INT32(ScalarType.Int, 4, false),
  /** Signed 16-bit integer. */
  INT16(ScalarType.Short, 2, false),
  /** Signed 8-bit integer. */
  INT8(ScalarType.Char, 1, false),
  /** Unsigned 8-bit integer. */
  UINT8(ScalarType.Byte, 1, false),
  /** True or false, a byte each. */
  BOOL(ScalarType.Bool, 1, false),
  /** Two single-precision numbers: real part, imaginary part. */
  COMPLEX64(ScalarType.ComplexFloat, 8, false),
  /** Two double-precision numbers: real part, imaginary part. */
  COMPLEX128(ScalarType.ComplexDouble, 16, false);

  private final ScalarType scalarType;
  private final int bytes;
  private final boolean floating;

  DType(ScalarType scalarType, int bytes, boolean floating) {
    this.scalarType = scalarType;
    this.bytes = bytes;
    this.floating = floating;
  }

  /** Size of one element. */
  public int bytes() {
    return bytes;
  }

  /** Whether elements are pairs of a real and an imaginary part, as models keep rotations in constants. */
  public boolean isComplex() {
    return this == COMPLEX64 || this == COMPLEX128;
  }

  /** Whether elements are floating-point numbers, and so can carry gradients. */
  public boolean isFloating() {
    return floating;
  }

  ScalarType scalarType() {
    return scalarType;
  }

  static DType of(ScalarType type) {
    for (DType candidate : values()) {
      if (candidate.scalarType.value == type.value) {
        return candidate;
      }
    }
    throw new IllegalArgumentException("element type " + type + " is not supported; known: "
        + java.util.Arrays.toString(values()));
  }
}
