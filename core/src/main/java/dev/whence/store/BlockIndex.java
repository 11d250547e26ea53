package dev.whence.store;

import dev.whence.run.CorruptStoreException;
import dev.whence.run.LittleEndian;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicIntegerArray;

/**
 * Which blocks of a gradient store are whole: head, a 64-byte record of the number of rows (u64, u32 CRC-32C, zeros),
 * then an entry per block.
 */
final class BlockIndex implements AutoCloseable {
  private static final String MAGIC = "WHGRADIX";
  private static final int RECORD = 64;
  private final StoreFile file;
  private final boolean writable;
  private final int blockRows;
  private final long recordAt;
  private volatile long rows;
  private volatile Entries entries;
  private volatile AtomicIntegerArray verified;

  private BlockIndex(StoreFile file, int store, int blockRows, boolean writable) throws IOException {
    this.file = file;
    this.writable = writable;
    this.blockRows = blockRows;
    MemorySegment mapped = file.map(0, file.size());
    StoreHead head = StoreHead.read(file.path(), mapped, MAGIC, GradientHeader.VERSION);
    if (HeaderFields.number(file.path(), head.values(), "store", 0, 0xFFFFFFFFL) != Integer
        .toUnsignedLong(store)) {
      throw new CorruptStoreException(file.path(), "it belongs to another store");
    }
    this.recordAt = head.end();
    this.rows = readRows(mapped);
    if (rows > (1L << 30) * blockRows) {
      throw new CorruptStoreException(file.path(), "it claims " + rows + " rows in blocks of " + blockRows);
    }
    this.entries = Entries.read(file.path(), mapped.asSlice(recordAt + RECORD), blocks(rows));
    this.verified = new AtomicIntegerArray(blocks(rows));
  }

  static Path beside(Path store) {
    return store.resolveSibling(store.getFileName() + ".index");
  }

  /** Makes an index without blocks; the CRC-32C of the store's head ties both together. */
  static void begin(Path store, int checksum, long rows) throws IOException {
    byte[] head = StoreHead.encode(MAGIC, GradientHeader.VERSION,
        Map.of("store", Integer.toUnsignedLong(checksum)));
    try (StoreFile file = StoreFile.writing(beside(store))) {
      file.prepare(head, head.length + RECORD);
      file.write(head.length, record(rows));
      file.begin(head);
    }
  }

  static BlockIndex open(Path store, int checksum, int blockRows, boolean writable) throws IOException {
    Path path = beside(store);
    if (!Files.exists(path)) {
      throw new CorruptStoreException(store, "its index " + path.getFileName() + " is missing");
    }
    StoreFile file = writable ? StoreFile.writing(path) : StoreFile.reading(path);
    BlockIndex index = null;
    try {
      index = new BlockIndex(file, checksum, blockRows, writable);
      return index;
    } finally {
      if (index == null) {
        file.close();
      }
    }
  }

  private long readRows(MemorySegment mapped) throws CorruptStoreException {
    if (mapped.byteSize() < recordAt + RECORD) {
      throw new CorruptStoreException(file.path(), "it ends before its number of rows");
    }
    MemorySegment record = mapped.asSlice(recordAt, RECORD);
    long found = record.get(LittleEndian.LONG, 0);
    if (found < 0 || record(found).mismatch(record) >= 0) {
      throw new CorruptStoreException(file.path(), "its number of rows does not match its checksum");
    }
    return found;
  }

  private static MemorySegment record(long rows) {
    MemorySegment record = MemorySegment.ofArray(new byte[RECORD]);
    record.set(LittleEndian.LONG, 0, rows);
    record.set(LittleEndian.INT, 8, Checksum.of(record.asSlice(0, 8)));
    return record;
  }

  private int blocks(long ofRows) {
    return Math.toIntExact((ofRows + blockRows - 1) / blockRows);
  }

  long rows() {
    return rows;
  }

  int block(long row) {
    return (int) (row / blockRows);
  }

  long firstOfBlock(long row) {
    return row / blockRows * blockRows;
  }

  /** One past the block's last row, at most the number of rows. */
  long endOfBlock(long row) {
    return Math.min(firstOfBlock(row) + blockRows, rows);
  }

  int written(int block) {
    return entries.count(block);
  }

  int checksum(int block) {
    return entries.checksum(block);
  }

  boolean isVerified(int block) {
    return verified.get(block) != 0;
  }

  void setVerified(int block) {
    verified.set(block, 1);
  }

  /** Throws unless the rows are unwritten and fill their blocks. */
  void checkWritable(long first, long count) {
    Objects.checkFromIndexSize(first, count, rows);
    long end = first + count;
    boolean begins = first == firstOfBlock(first) + written(block(first));
    if (!begins && first < firstOfBlock(first) + written(block(first))) {
      throw new IllegalStateException("row " + first + " of " + file.path() + " is written already");
    }
    if (!begins || (end % blockRows != 0 && end != rows)) {
      throw new IllegalArgumentException("rows " + first + " to " + end + " must fill blocks of " + blockRows
          + " rows, begun where the written rows end");
    }
    for (long row = endOfBlock(first); row < end; row = endOfBlock(row)) {
      if (written(block(row)) > 0) {
        throw new IllegalStateException("row " + row + " of " + file.path() + " is written already");
      }
    }
  }

  void write(int block, int count, int checksum) throws IOException {
    entries.write(file, recordAt + RECORD, block, count, checksum);
    verified.set(block, 0);
  }

  void extend(long to) throws IOException {
    file.write(recordAt, record(to));
    entries = entries.grown(blocks(to));
    verified = new AtomicIntegerArray(blocks(to));
    rows = to;
  }

  @Override
  public void close() throws IOException {
    try (file) {
      if (writable) {
        file.force();
      }
    }
  }
}
