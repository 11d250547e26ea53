package dev.whence.algebra;

/** The upper half of a float32: 8 bits of exponent, 7 of fraction; a relative rounding error of at most 2⁻⁸. */
public final class Bfloat16 {
  private Bfloat16() {
  }

  /** Rounds to the nearest, ties to even; large finite values may become infinite, NaN stays NaN. */
  public static short of(float value) {
    int bits = Float.floatToRawIntBits(value);
    if (Float.isNaN(value)) {
      return (short) ((bits >>> 16) | 0x40);
    }
    return (short) ((bits + 0x7FFF + ((bits >>> 16) & 1)) >>> 16);
  }

  /** The exact value. */
  public static float toFloat(short value) {
    return Float.intBitsToFloat(value << 16);
  }
}
