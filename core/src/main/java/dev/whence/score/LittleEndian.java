package dev.whence.score;

import java.io.IOException;
import java.io.OutputStream;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/** Numbers as little-endian bytes. */
final class LittleEndian {
  private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED
      .withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED
      .withOrder(ByteOrder.LITTLE_ENDIAN);

  private LittleEndian() {
  }

  static void write(OutputStream out, float[] values) throws IOException {
    byte[] bytes = new byte[4 * values.length];
    MemorySegment.copy(values, 0, MemorySegment.ofArray(bytes), FLOAT, 0, values.length);
    out.write(bytes);
  }

  static void write(OutputStream out, float value) throws IOException {
    write(out, new float[]{value});
  }

  static void write(OutputStream out, long value) throws IOException {
    byte[] bytes = new byte[8];
    MemorySegment.ofArray(bytes).set(LONG, 0, value);
    out.write(bytes);
  }
}
