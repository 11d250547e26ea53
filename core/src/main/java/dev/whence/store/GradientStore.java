package dev.whence.store;

import dev.whence.run.CorruptStoreException;
import dev.whence.run.IncompatibleException;
import dev.whence.run.LittleEndian;
import dev.whence.run.Undo;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/**
 * Rows of numbers on disk, {@code [rows, columns]}, one row per example: projected gradients, activations, embeddings.
 * Mapped, so it may be larger than memory; written and checked by blocks of rows. A block counts once it is written
 * whole with its checksum, so a process may be killed at any moment and another resumes; each block is verified when it
 * is first read. Several threads may write different blocks; another process that wants to write is refused. Beside
 * the rows in {@code NAME} stands {@code NAME.index}; both belong together. The caller closes it.
 */
public final class GradientStore implements AutoCloseable {
  private final StoreFile file;
  private final BlockIndex index;
  private final boolean writable;
  private final Layout layout;
  private final long dataAt;
  private volatile MemorySegment mapped;

  /**
   * What a row is, and for what the rows were made.
   *
   * @param columns numbers per row
   * @param element how they are kept
   * @param blockRows rows that are written and checked together
   * @param fingerprints what the rows depend on, name → digest, such as {@code model}, {@code data}, {@code features}
   * @param description for people
   */
  public record Layout(int columns, Element element, int blockRows, Map<String, String> fingerprints,
      String description) {
    /** Copies and checks. */
    public Layout {
      Objects.requireNonNull(element);
      fingerprints = Collections.unmodifiableMap(new TreeMap<>(fingerprints));
      if (columns < 1 || blockRows < 1) {
        throw new IllegalArgumentException(
            "columns and block rows must be >= 1, got " + columns + " and " + blockRows);
      }
      if (!fits(columns, element, blockRows)) {
        throw new IllegalArgumentException(
            "a block must have at most 1 GiB, got " + blockRows + " rows of " + columns
                + " columns of " + element.text() + "; take fewer rows per block");
      }
    }

    static boolean fits(int columns, Element element, int blockRows) {
      return (long) columns * blockRows <= (1 << 30) / element.bytes();
    }

    long rowBytes() {
      return (long) columns * element.bytes();
    }
  }

  private GradientStore(StoreFile file, BlockIndex index, Layout layout, long dataAt, boolean writable)
      throws IOException {
    this.file = file;
    this.index = index;
    this.writable = writable;
    this.layout = layout;
    this.dataAt = dataAt;
    this.mapped = file.map(dataAt, index.rows() * layout.rowBytes());
  }

  /**
   * Opens for writing: a new store, or the one that is there if it was made for the same.
   *
   * @param rows how many rows it will hold
   * @throws IncompatibleException if the one that is there was made for something else
   * @throws CorruptStoreException if it is damaged
   */
  public static GradientStore write(Path path, long rows, Layout layout) throws IOException {
    return open(begun(path, rows, layout), true, store -> store.checkSame(rows, layout));
  }

  /**
   * Opens a store that is there for more rows; {@link #extend} makes room.
   *
   * @param fingerprints must agree with the store's
   * @throws IncompatibleException naming the first difference with both digests
   */
  public static GradientStore append(Path path, Map<String, String> fingerprints) throws IOException {
    if (!Files.exists(path)) {
      throw new NoSuchFileException(path.toString(), null, "no gradient store to append to");
    }
    return open(StoreFile.writing(path), true,
        store -> IncompatibleException.check(path, store.layout.fingerprints(), fingerprints));
  }

  /** Opens for reading. @throws CorruptStoreException if it is damaged */
  public static GradientStore read(Path path) throws IOException {
    return read(path, Map.of());
  }

  /**
   * Opens for reading what was made for these things.
   *
   * @throws IncompatibleException naming the first difference with both digests
   */
  public static GradientStore read(Path path, Map<String, String> fingerprints) throws IOException {
    return open(StoreFile.reading(path), false,
        store -> IncompatibleException.check(path, store.layout.fingerprints(), fingerprints));
  }

  /** Deletes a store and its index, if there. */
  public static void delete(Path path) throws IOException {
    Files.deleteIfExists(path);
    Files.deleteIfExists(BlockIndex.beside(path));
  }

  private interface Check {
    void check(GradientStore store) throws IOException;
  }

  private static GradientStore open(StoreFile file, boolean writable, Check check) throws IOException {
    GradientStore store;
    try (var undo = Undo.of(file::close)) {
      store = undo.keep(over(file, writable));
    }
    try (var undo = Undo.of(store::close)) {
      check.check(store);
      return undo.keep(store);
    }
  }

  private static StoreFile begun(Path path, long rows, Layout layout) throws IOException {
    StoreFile file = StoreFile.writing(path);
    try (var undo = Undo.of(file::close)) {
      if (file.isFresh()) {
        GradientHeader.begin(file, rows, layout);
      }
      return undo.keep(file);
    }
  }

  private static GradientStore over(StoreFile file, boolean writable) throws IOException {
    MemorySegment whole = file.map(0, file.size());
    StoreHead head = StoreHead.read(file.path(), whole, GradientHeader.MAGIC, GradientHeader.VERSION);
    Layout layout = GradientHeader.read(file.path(), head.values());
    int checksum = Checksum.of(whole.asSlice(0, head.end()));
    BlockIndex index = BlockIndex.open(file.path(), checksum, layout.blockRows(), writable);
    GradientStore store = null;
    try {
      if (index.rows() > (whole.byteSize() - head.end()) / layout.rowBytes()) {
        throw new CorruptStoreException(file.path(),
            "it must have " + index.rows() + " rows, but ends at byte " + whole.byteSize());
      }
      store = new GradientStore(file, index, layout, head.end(), writable);
      return store;
    } finally {
      if (store == null) {
        index.close();
      }
    }
  }

  private void checkSame(long rows, Layout wanted) throws IOException {
    IncompatibleException.check(file.path(), layout.fingerprints(), wanted.fingerprints());
    String built = shape(index.rows(), layout);
    String asked = shape(rows, wanted);
    if (!built.equals(asked)) {
      throw new IncompatibleException(
          file.path() + " has " + built + ", but " + asked + " were asked for; rebuild it with --overwrite");
    }
  }

  private static String shape(long rows, Layout layout) {
    return rows + " rows of " + layout.columns() + " columns of " + layout.element().text() + " in blocks of "
        + layout.blockRows();
  }

  /** Number of rows it holds once all are written. */
  public long rows() {
    return index.rows();
  }

  /** What a row is, and for what the rows were made. */
  public Layout layout() {
    return layout;
  }

  /** Whether these rows are all written. @throws IndexOutOfBoundsException if they are not in [0, rows) */
  public boolean has(long first, long count) {
    Objects.checkFromIndexSize(first, count, rows());
    for (long row = first; row < first + count; row = index.endOfBlock(row)) {
      long end = Math.min(index.endOfBlock(row), first + count);
      if (index.written(index.block(row)) < end - index.firstOfBlock(row)) {
        return false;
      }
    }
    return true;
  }

  /** The first missing row of each block that is not whole, ascending. */
  public List<Long> missing() {
    var missing = new ArrayList<Long>();
    for (long row = 0; row < rows(); row = index.endOfBlock(row)) {
      if (!has(row, index.endOfBlock(row) - row)) {
        missing.add(row + index.written(index.block(row)));
      }
    }
    return List.copyOf(missing);
  }

  /**
   * Stores whole blocks; durable when this returns. The rows must begin where a block begins, or, after
   * {@link #extend}, where the written rows of the last one end, and end where a block or the store ends.
   *
   * @param values {@code [count, columns]}, row by row, finite (in bfloat16 too)
   * @throws IllegalArgumentException naming row and column of a number that is not finite
   * @throws IllegalStateException if the store was opened for reading, or has the rows already
   */
  public void write(long first, float[] values) throws IOException {
    if (!writable) {
      throw new IllegalStateException(file.path() + " was opened for reading");
    }
    int columns = layout.columns();
    if (values.length == 0 || values.length % columns != 0) {
      throw new IllegalArgumentException(
          "values must be whole rows of " + columns + " columns, got " + values.length + " numbers");
    }
    long count = values.length / columns;
    index.checkWritable(first, count);
    MemorySegment encoded = encode(first, values);
    file.write(dataAt + first * layout.rowBytes(), encoded);
    file.force();
    for (long row = first; row < first + count; row = index.endOfBlock(row)) {
      long start = index.firstOfBlock(row);
      long end = Math.min(index.endOfBlock(row), rows());
      index.write(index.block(row), (int) (end - start), checksum(start, end, first, encoded));
    }
  }

  /** Of a block whose rows before {@code first} were there and whose others are at hand. */
  private int checksum(long start, long end, long first, MemorySegment encoded) {
    long from = Math.max(start, first);
    MemorySegment before = slice(start, from - start);
    return Checksum.of(before,
        encoded.asSlice((from - first) * layout.rowBytes(), (end - from) * layout.rowBytes()));
  }

  /** As {@link #write(long, float[])}, from numbers of float32. */
  public void write(long first, MemorySegment values) throws IOException {
    write(first, values.toArray(LittleEndian.FLOAT));
  }

  private MemorySegment encode(long first, float[] values) {
    MemorySegment encoded = layout.element().encode(values);
    float[] kept = layout.element() == Element.FLOAT32 ? values : layout.element().decode(encoded);
    for (int i = 0; i < kept.length; i++) {
      if (!Float.isFinite(kept[i])) {
        throw new IllegalArgumentException("row " + (first + i / layout.columns()) + ", column "
            + i % layout.columns() + " for " + file.path() + " is " + values[i]
            + (Float.isFinite(values[i]) ? ", beyond bfloat16" : "") + "; rows must be finite");
      }
    }
    return encoded;
  }

  /**
   * The rows as they are stored, {@code [count, columns]} of the layout's element, mapped: a view that ends when the
   * store closes.
   *
   * @throws IllegalArgumentException if some of them are not written
   * @throws CorruptStoreException if a block does not match its checksum
   */
  public MemorySegment rows(long first, long count) throws IOException {
    if (!has(first, count)) {
      throw new IllegalArgumentException(
          file.path() + " lacks some of the rows " + first + " to " + (first + count)
              + "; run the step again");
    }
    for (long row = first; row < first + count; row = index.endOfBlock(row)) {
      verify(index.block(row));
    }
    return slice(first, count);
  }

  /** The rows as numbers, {@code [count · columns]}, row by row. @throws CorruptStoreException as {@link #rows} */
  public float[] floats(long first, int count) throws IOException {
    return layout.element().decode(rows(first, count));
  }

  private void verify(int block) throws CorruptStoreException {
    if (!index.isVerified(block)) {
      long start = (long) block * layout.blockRows();
      if (Checksum.of(slice(start, index.written(block))) != index.checksum(block)) {
        throw new CorruptStoreException(file.path(), "rows " + start + " to " + (start + index.written(block))
            + " do not match their checksum");
      }
      index.setVerified(block);
    }
  }

  private MemorySegment slice(long first, long count) {
    return mapped.asSlice(first * layout.rowBytes(), count * layout.rowBytes());
  }

  /** Makes room for more rows at the end. Not to be called while others write. */
  public void extend(long more) throws IOException {
    if (!writable || more < 0) {
      throw new IllegalStateException(
          "only a store opened for writing can be extended, by >= 0 rows, got " + more);
    }
    long bytes = (rows() + more) * layout.rowBytes();
    file.extend(dataAt + bytes);
    file.force();
    index.extend(rows() + more);
    mapped = file.map(dataAt, bytes);
  }

  /** Makes everything durable and releases files and lock. */
  @Override
  public void close() throws IOException {
    try (file) {
      index.close();
    }
  }
}
