package dev.whence.data;

import dev.whence.torch.DType;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.LongStream;

/**
 * Makes a {@link Dataset} from arrays, which are copied. Used by one thread.
 *
 * <pre>{@code
 * Dataset data = Datasets.builder().column("image", pixels, 1, 8, 8).labels(digits).build();
 * }</pre>
 */
public final class DatasetBuilder {
  private final List<ColumnStorage> storages = new ArrayList<>();
  private final MemoryBudget budget = new MemoryBudget(Long.MAX_VALUE);
  private List<String> ids = List.of();
  private List<String> classNames = List.of();

  DatasetBuilder() {
  }

  /**
   * A FLOAT32 column.
   *
   * @param values all rows, row-major
   * @param shape extents of one value; none for a number
   * @throws IllegalArgumentException if the values are no whole number of rows, not finite, or the name is taken
   */
  public DatasetBuilder column(String name, float[] values, long... shape) {
    ColumnStorage storage = storage(name, DType.FLOAT32, values.length, shape);
    int width = (int) (storage.rowBytes() / Float.BYTES);
    for (int i = 0; i < values.length; i++) {
      if (!Float.isFinite(values[i])) {
        throw new IllegalArgumentException(
            "column '" + name + "' must be finite, got " + values[i] + " in row "
                + i / width);
      }
    }
    return filled(storage, MemorySegment.ofArray(values));
  }

  /** An INT64 column; as the other. */
  public DatasetBuilder column(String name, long[] values, long... shape) {
    return filled(storage(name, DType.INT64, values.length, shape), MemorySegment.ofArray(values));
  }

  /** The class of each row, numbered from 0: the column {@link Datasets#LABEL}. */
  public DatasetBuilder labels(long... classes) {
    return column(Datasets.LABEL, classes);
  }

  /** A number to predict for each row: the column {@link Datasets#LABEL}. */
  public DatasetBuilder labels(float... values) {
    return column(Datasets.LABEL, values);
  }

  /** What the classes are called, in the order of their numbers. */
  public DatasetBuilder classNames(String... names) {
    classNames = List.of(names);
    return this;
  }

  /** The rows' names; without them a row's name is its number. */
  public DatasetBuilder ids(String... names) {
    ids = List.of(names);
    return this;
  }

  /** The data set. @throws IllegalArgumentException if columns or ids differ in length, or ids repeat */
  public Dataset build() {
    if (storages.isEmpty()) {
      throw new IllegalArgumentException("a data set needs at least one column");
    }
    long size = storages.getFirst().rows();
    for (ColumnStorage storage : storages) {
      if (storage.rows() != size) {
        throw new IllegalArgumentException("column '" + storage.column().name() + "' has " + storage.rows()
            + " rows, the first column has " + size);
      }
    }
    if (!ids.isEmpty() && (ids.size() != size || Set.copyOf(ids).size() != size)) {
      throw new IllegalArgumentException("ids must be " + size + " different names, got " + ids.size() + ", "
          + Set.copyOf(ids).size() + " of them different");
    }
    return new MemoryDataset(storages,
        new Naming(ids.isEmpty() ? new Ids.Counted(0) : new Ids.Named(ids), classNames), size);
  }

  private ColumnStorage storage(String name, DType dtype, int values, long[] shape) {
    if (storages.stream().anyMatch(storage -> storage.column().name().equals(name))) {
      throw new IllegalArgumentException("column '" + name + "' is given twice");
    }
    List<Long> extents = LongStream.of(shape).boxed().toList();
    if (extents.stream().anyMatch(extent -> extent < 1)) {
      throw new IllegalArgumentException("shape must have extents >= 1, got " + extents);
    }
    try {
      var storage = new ColumnStorage(new Column(name, dtype, extents), budget);
      long width = storage.rowBytes() / dtype.bytes();
      if (values % width != 0) {
        throw new IllegalArgumentException(
            "column '" + name + "' of shape " + extents + " needs a multiple of "
                + width + " values, got " + values);
      }
      return storage;
    } catch (DataException e) {
      throw new IllegalArgumentException("column '" + name + "': " + e.problem(), e);
    }
  }

  private DatasetBuilder filled(ColumnStorage storage, MemorySegment values) {
    try {
      for (long offset = 0; offset < values.byteSize(); offset += storage.rowBytes()) {
        storage.append().copyFrom(values.asSlice(offset, storage.rowBytes()));
      }
    } catch (DataException e) {
      throw new IllegalArgumentException("column '" + storage.column().name() + "': " + e.problem(), e);
    }
    storages.add(storage);
    return this;
  }
}
