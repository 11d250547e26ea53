package dev.whence.data;

import dev.whence.run.Fingerprint;
import dev.whence.run.Once;
import dev.whence.torch.Scope;
import dev.whence.torch.Tensor;
import java.lang.foreign.MemorySegment;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/** A data set over memory outside the heap, or some of its rows in some order. */
final class MemoryDataset implements Dataset {
  private final List<ColumnStorage> storages;
  private final List<Column> columns;
  private final Naming naming;
  private final long @Nullable [] selection;
  private final long size;
  private final Once<Fingerprint> fingerprint = Once.of(() -> new ContentDigest().of(this));

  MemoryDataset(List<ColumnStorage> storages, Naming naming, long size) {
    this(storages, naming, null, size);
  }

  private MemoryDataset(List<ColumnStorage> storages, Naming naming, long @Nullable [] selection, long size) {
    this.storages = List.copyOf(storages);
    this.columns = storages.stream().map(ColumnStorage::column).toList();
    this.naming = naming;
    this.selection = selection;
    this.size = size;
  }

  @Override
  public long size() {
    return size;
  }

  @Override
  public List<Column> columns() {
    return columns;
  }

  @Override
  public String id(long row) {
    return naming.ids().of(stored(row));
  }

  @Override
  public Optional<String> text(long row) {
    long stored = stored(row);
    return naming.texts().isEmpty() ? Optional.empty() : Optional.of(naming.texts().get((int) stored));
  }

  @Override
  public List<String> elementNames(String column) {
    return naming.elements().getOrDefault(column, List.of());
  }

  @Override
  public Place place(long row, String column) {
    return naming.origins().of(stored(row), column);
  }

  @Override
  public Place place(String column) {
    return naming.origins().of(column);
  }

  @Override
  public Map<String, Object> mappings() {
    return naming.learned();
  }

  @Override
  public List<String> warnings() {
    return naming.warnings();
  }

  @Override
  public double[] inOwnUnits(String column, double[] values) {
    return naming.normalizations().getOrDefault(column, Normalization.NONE).undone(values);
  }

  @Override
  public List<Feature> features(String column) {
    List<Feature> mapped = naming.features().get(column);
    if (mapped != null) {
      return mapped;
    }
    Column described = columns.stream().filter(each -> each.name().equals(column)).findFirst().orElseThrow(
        () -> new IllegalArgumentException("there is no column '" + column + "'; there are " + columns));
    int size = Math.toIntExact(described.shape().stream().reduce(1L, (a, b) -> a * b));
    List<String> names = elementNames(column);
    return IntStream.range(0, size).mapToObj(at -> Feature.plain(
        at < names.size() ? names.get(at) : size == 1 ? column : column + "[" + at + "]", at)).toList();
  }

  @Override
  public List<String> classNames() {
    return naming.classNames();
  }

  @Override
  public Batch batch(long... rows) {
    long[] stored = LongStream.of(rows).map(this::stored).toArray();
    var tensors = new LinkedHashMap<String, Tensor>();
    for (ColumnStorage storage : storages) {
      tensors.put(storage.column().name(), gather(storage, stored));
    }
    return new Batch(rows, tensors);
  }

  @Override
  public Fingerprint fingerprint() {
    return fingerprint.get();
  }

  @Override
  public Dataset select(long... rows) {
    return new MemoryDataset(storages, naming, LongStream.of(rows).map(this::stored).toArray(), rows.length);
  }

  /** The memory of one row's value, for digests. */
  MemorySegment value(int column, long row) {
    return storages.get(column).row(stored(row));
  }

  private long stored(long row) {
    if (row < 0 || row >= size) {
      throw new IndexOutOfBoundsException("row must be in [0, " + size + "), got " + row);
    }
    return selection == null ? row : selection[(int) row];
  }

  private static Tensor gather(ColumnStorage storage, long[] rows) {
    List<Long> extents = storage.column().shape();
    long[] shape = LongStream.concat(LongStream.of(rows.length), extents.stream().mapToLong(Long::longValue))
        .toArray();
    Tensor tensor = Tensor.empty(storage.column().dtype(), shape);
    try (var _ = Scope.open()) {
      MemorySegment target = tensor.segment();
      for (int i = 0; i < rows.length; i++) {
        MemorySegment.copy(storage.row(rows[i]), 0, target, i * storage.rowBytes(), storage.rowBytes());
      }
    }
    return tensor;
  }
}
