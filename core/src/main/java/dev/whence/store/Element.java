package dev.whence.store;

import dev.whence.algebra.Bfloat16;
import dev.whence.run.LittleEndian;
import java.lang.foreign.MemorySegment;
import java.util.Locale;

/** How a store keeps numbers, little-endian. */
public enum Element {
  /** 4 bytes, exact. */
  FLOAT32(4),
  /** 2 bytes, rounded to the nearest, ties to even. */
  BFLOAT16(2);

  private final int bytes;

  Element(int bytes) {
    this.bytes = bytes;
  }

  /** Bytes per number. */
  public int bytes() {
    return bytes;
  }

  /** Such as {@code bfloat16}. */
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Bytes of these numbers, rounded as the type says. */
  MemorySegment encode(float[] values) {
    MemorySegment encoded = MemorySegment.ofArray(new byte[Math.multiplyExact(values.length, bytes)]);
    switch (this) {
      case FLOAT32 -> MemorySegment.copy(values, 0, encoded, LittleEndian.FLOAT, 0, values.length);
      case BFLOAT16 -> {
        for (int i = 0; i < values.length; i++) {
          encoded.set(LittleEndian.SHORT, 2L * i, Bfloat16.of(values[i]));
        }
      }
    }
    return encoded;
  }

  /** The numbers in these bytes. */
  float[] decode(MemorySegment encoded) {
    float[] values = new float[Math.toIntExact(encoded.byteSize() / bytes)];
    switch (this) {
      case FLOAT32 -> MemorySegment.copy(encoded, LittleEndian.FLOAT, 0, values, 0, values.length);
      case BFLOAT16 -> {
        for (int i = 0; i < values.length; i++) {
          values[i] = Bfloat16.toFloat(encoded.get(LittleEndian.SHORT, 2L * i));
        }
      }
    }
    return values;
  }
}
