package dev.whence.run;

import java.io.IOException;
import java.io.OutputStream;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/** Numbers as they stand in files: little-endian, at any address. */
public final class LittleEndian {
  /** 2 bytes. */
  public static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED
      .withOrder(ByteOrder.LITTLE_ENDIAN);
  /** 4 bytes. */
  public static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED
      .withOrder(ByteOrder.LITTLE_ENDIAN);
  /** 8 bytes. */
  public static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED
      .withOrder(ByteOrder.LITTLE_ENDIAN);
  /** float32. */
  public static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED
      .withOrder(ByteOrder.LITTLE_ENDIAN);
  /** float64. */
  public static final ValueLayout.OfDouble DOUBLE = ValueLayout.JAVA_DOUBLE_UNALIGNED
      .withOrder(ByteOrder.LITTLE_ENDIAN);

  private LittleEndian() {
  }

  /** Writes float32 numbers one after another. */
  public static void write(OutputStream out, float[] values) throws IOException {
    byte[] bytes = new byte[4 * values.length];
    MemorySegment.copy(values, 0, MemorySegment.ofArray(bytes), FLOAT, 0, values.length);
    out.write(bytes);
  }

  /** Writes a float32 number. */
  public static void write(OutputStream out, float value) throws IOException {
    write(out, new float[]{value});
  }

  /** Writes a whole number of 8 bytes. */
  public static void write(OutputStream out, long value) throws IOException {
    byte[] bytes = new byte[8];
    MemorySegment.ofArray(bytes).set(LONG, 0, value);
    out.write(bytes);
  }
}
