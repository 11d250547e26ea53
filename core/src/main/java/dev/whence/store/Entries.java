package dev.whence.store;

import dev.whence.run.CorruptStoreException;
import dev.whence.run.LittleEndian;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicIntegerArray;

/**
 * Which items of a store are whole: 16 bytes an item, u32 count (0 = absent), u32 CRC-32C of the item's data, u32 the
 * item's number, u32 CRC-32C of these 12 bytes. An absent item is all zeros. Safe for several threads.
 */
final class Entries {
  static final int BYTES = 16;
  private final AtomicIntegerArray counts;
  private final AtomicIntegerArray checksums;

  private Entries(int items) {
    this.counts = new AtomicIntegerArray(items);
    this.checksums = new AtomicIntegerArray(items);
  }

  /** Reads and verifies; entries beyond the segment, or cut off by its end, are absent. */
  static Entries read(Path file, MemorySegment segment, int items) throws CorruptStoreException {
    var entries = new Entries(items);
    for (int i = 0; i < items && (i + 1L) * BYTES <= segment.byteSize(); i++) {
      MemorySegment entry = segment.asSlice((long) i * BYTES, BYTES);
      if (!isZero(entry)) {
        if (entry.get(LittleEndian.INT, 8) != i || entry.get(LittleEndian.INT, 0) <= 0
            || entry.get(LittleEndian.INT, 12) != Checksum.of(entry.asSlice(0, 12))) {
          throw new CorruptStoreException(file, "the entry of item " + i + " does not match its checksum");
        }
        entries.checksums.set(i, entry.get(LittleEndian.INT, 4));
        entries.counts.set(i, entry.get(LittleEndian.INT, 0));
      }
    }
    return entries;
  }

  /** The same with room for more. */
  Entries grown(int items) {
    var grown = new Entries(items);
    for (int i = 0; i < counts.length(); i++) {
      grown.checksums.set(i, checksums.get(i));
      grown.counts.set(i, counts.get(i));
    }
    return grown;
  }

  /** Writes an item's entry and only then counts it. */
  void write(StoreFile file, long offset, int item, int count, int checksum) throws IOException {
    MemorySegment entry = MemorySegment.ofArray(new byte[BYTES]);
    entry.set(LittleEndian.INT, 0, count);
    entry.set(LittleEndian.INT, 4, checksum);
    entry.set(LittleEndian.INT, 8, item);
    entry.set(LittleEndian.INT, 12, Checksum.of(entry.asSlice(0, 12)));
    file.write(offset + (long) item * BYTES, entry);
    checksums.set(item, checksum);
    counts.set(item, count);
  }

  /** How much of the item is whole; 0 for nothing. */
  int count(int item) {
    return counts.get(item);
  }

  int checksum(int item) {
    return checksums.get(item);
  }

  int items() {
    return counts.length();
  }

  private static boolean isZero(MemorySegment entry) {
    return entry.get(LittleEndian.INT, 0) == 0 && entry.get(LittleEndian.INT, 4) == 0
        && entry.get(LittleEndian.INT, 8) == 0
        && entry.get(LittleEndian.INT, 12) == 0;
  }
}
