package dev.whence.store;

import java.lang.foreign.MemorySegment;
import java.util.zip.CRC32C;

/** CRC-32C (Castagnoli) of memory. */
public final class Checksum {
  private static final long CHUNK = 1L << 28;

  private Checksum() {
  }

  /** Over the segments one after another. */
  public static int of(MemorySegment... parts) {
    var crc = new CRC32C();
    for (MemorySegment part : parts) {
      for (long at = 0; at < part.byteSize(); at += CHUNK) {
        // the JDK's checksums take no segments; a view of at most 256 MB bridges
        crc.update(part.asSlice(at, Math.min(CHUNK, part.byteSize() - at)).asByteBuffer());
      }
    }
    return (int) crc.getValue();
  }
}
