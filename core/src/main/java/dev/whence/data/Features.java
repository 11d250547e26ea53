package dev.whence.data;

import dev.whence.run.Fingerprint;
import dev.whence.run.Once;
import dev.whence.run.Sha256;
import dev.whence.torch.DType;
import dev.whence.torch.Scope;
import dev.whence.torch.Tensor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntFunction;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/**
 * Examples as rows of numbers of one length, with labels and groups where there are any: what those work on that never see a
 * tensor. A missing number is NaN, and nothing else is. Numbers lie outside the heap and are freed when nobody holds them.
 * Immutable; safe for any thread.
 */
public final class Features implements Examples {
  private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT;
  private static final int BATCH = 256;
  /** The largest whole number below which single precision has all. */
  private static final double WHOLE = 1 << 24;

  private final List<String> names;
  private final MemorySegment values;
  private final Ids ids;
  private final double @Nullable [] labels;
  private final List<String> classNames;
  private final List<String> groups;
  private final long @Nullable [] selection;
  private final long size;
  private final Once<Fingerprint> fingerprint = Once.of(this::digest);

  private Features(Builder builder, MemorySegment values, Ids ids) {
    this.names = builder.names;
    this.values = values;
    this.ids = ids;
    this.labels = builder.labels;
    this.classNames = builder.classNames;
    this.groups = builder.groups;
    this.selection = null;
    this.size = builder.rows;
  }

  private Features(Features base, long[] stored) {
    this.names = base.names;
    this.values = base.values;
    this.ids = base.ids;
    this.labels = base.labels;
    this.classNames = base.classNames;
    this.groups = base.groups;
    this.selection = stored;
    this.size = stored.length;
  }

  /**
   * Features of so many rows.
   *
   * @param names what the columns are called, at least one
   * @param rows how many, at least 0
   */
  public static Builder builder(List<String> names, long rows) {
    return new Builder(names, rows);
  }

  /**
   * All numbers of a data set but its labels, side by side, as a model would be given them; those that an indicator says were
   * missing are missing again.
   *
   * @throws IllegalArgumentException naming row and column of a whole number that single precision has not, or as {@link #beside}
   */
  public static Features of(Dataset data) {
    List<Column> columns = data.columns().stream().filter(column -> !column.name().equals(Datasets.LABEL))
        .toList();
    var names = new ArrayList<String>();
    var imputed = new ArrayList<int[]>();
    for (Column column : columns) {
      int first = names.size();
      int width = Math.toIntExact(column.shape().stream().reduce(1L, Math::multiplyExact));
      List<String> own = data.elementNames(column.name());
      for (int i = 0; i < width; i++) {
        names.add(
            own.size() == width ? own.get(i) : width == 1 ? column.name() : column.name() + "[" + i + "]");
      }
      data.features(column.name()).stream().filter(feature -> feature.missing().isPresent())
          .forEach(feature -> imputed
              .add(new int[]{first + feature.at(), first + feature.missing().getAsInt()}));
    }
    Builder builder = beside(data, names);
    for (long first = 0; first < data.size(); first += BATCH) {
      long[] rows = LongStream.range(first, Math.min(data.size(), first + BATCH)).toArray();
      try (var _ = Scope.open()) {
        Batch batch = data.batch(rows);
        int at = 0;
        for (Column column : columns) {
          at = builder.put(rows, at, column, batch.column(column.name()));
        }
      }
    }
    imputed.forEach(pair -> builder.missingWhere(pair[0], pair[1]));
    return builder.build();
  }

  /**
   * Features of a data set's examples, with their ids and labels, whose numbers are yet to be put.
   *
   * @param names what the columns are called
   * @throws IllegalArgumentException if an example's label is several numbers
   */
  public static Builder beside(Dataset data, List<String> names) {
    var builder = builder(names, data.size()).ids(row -> data.id(row)).classNames(data.classNames());
    data.columns().stream().filter(column -> column.name().equals(Datasets.LABEL)).findFirst()
        .ifPresent(label -> builder.labels(labels(data, label)));
    return builder;
  }

  private static double[] labels(Dataset data, Column label) {
    if (label.shape().stream().anyMatch(extent -> extent != 1)) {
      throw new IllegalArgumentException("an example's label has shape " + label.shape()
          + "; features have one number per example as label");
    }
    try (var _ = Scope.open()) {
      return data.batch(LongStream.range(0, data.size()).toArray()).column(Datasets.LABEL).to(DType.FLOAT64)
          .reshape(-1).toDoubles();
    }
  }

  @Override
  public long size() {
    return size;
  }

  @Override
  public String id(long row) {
    return ids.of(stored(row));
  }

  /** Number of columns. */
  public int width() {
    return names.size();
  }

  /** What the columns are called. */
  public List<String> names() {
    return names;
  }

  /** One number; NaN where it is missing. */
  public float value(long row, int column) {
    return values.getAtIndex(FLOAT, stored(row) * width() + Objects.checkIndex(column, width()));
  }

  /** Whether the number is missing. */
  public boolean isMissing(long row, int column) {
    return Float.isNaN(value(row, column));
  }

  /** A row's numbers, {@code [width]}, read-only and where they lie. */
  public MemorySegment row(long row) {
    return values.asSlice(stored(row) * width() * Float.BYTES, (long) width() * Float.BYTES).asReadOnly();
  }

  /** Copies a row's numbers. */
  public void copyRow(long row, float[] into) {
    MemorySegment.copy(values, FLOAT, stored(row) * width() * Float.BYTES, into, 0, width());
  }

  /** Whether the examples have labels. */
  public boolean isLabelled() {
    return labels != null;
  }

  /**
   * The example's label: the number of its class, or the number to predict.
   *
   * @throws IllegalStateException if there are none
   */
  public double label(long row) {
    if (labels == null) {
      throw new IllegalStateException("the examples have no labels");
    }
    return labels[Math.toIntExact(stored(row))];
  }

  /** What the classes are called that labels number from 0; empty where labels are no classes. */
  public List<String> classNames() {
    return classNames;
  }

  /** What the example belongs to with others, such as a patient; empty where nothing is known. */
  public Optional<String> group(long row) {
    long stored = stored(row);
    return groups.isEmpty() ? Optional.empty() : Optional.of(groups.get(Math.toIntExact(stored)));
  }

  /** Some rows, in that order; rows may repeat. Shares the numbers. */
  public Features select(long... rows) {
    return new Features(this, LongStream.of(rows).map(this::stored).toArray());
  }

  /** A digest of numbers, names, ids, labels and groups. */
  public Fingerprint fingerprint() {
    return fingerprint.get();
  }

  private Fingerprint digest() {
    MessageDigest digest = Sha256.start();
    digest
        .update(("whence features 1 " + names + classNames + isLabelled()).getBytes(StandardCharsets.UTF_8));
    for (long row = 0; row < size; row++) {
      String words = id(row) + '\0' + group(row).orElse("") + '\0' + (labels == null ? "" : label(row))
          + '\0';
      digest.update(words.getBytes(StandardCharsets.UTF_8));
      digest.update(row(row).asByteBuffer());
    }
    return Sha256.finish(digest);
  }

  private long stored(long row) {
    long index = Objects.checkIndex(row, size);
    return selection == null ? index : selection[Math.toIntExact(index)];
  }

  /** Fills features; every number is missing until it is put. Used by one thread, once. */
  public static final class Builder {
    private final List<String> names;
    private final long rows;
    private final MemorySegment values;
    private IntFunction<String> ids = Integer::toString;
    private double @Nullable [] labels;
    private List<String> classNames = List.of();
    private List<String> groups = List.of();

    private Builder(List<String> names, long rows) {
      this.names = List.copyOf(names);
      if (names.isEmpty() || Set.copyOf(names).size() != names.size()) {
        throw new IllegalArgumentException(
            "columns need different names, at least one, got " + names.size() + ", "
                + Set.copyOf(names).size() + " of them different");
      }
      this.rows = rows;
      long numbers = Math.multiplyExact(rows, names.size());
      this.values = Arena.ofAuto().allocate(Math.multiplyExact(numbers, Float.BYTES), 64);
      for (long i = 0; i < numbers; i++) {
        values.setAtIndex(FLOAT, i, Float.NaN);
      }
    }

    /** Puts one number. @throws IllegalArgumentException if it is infinite */
    public Builder put(long row, int column, float value) {
      if (Float.isInfinite(value)) {
        throw new IllegalArgumentException(
            "row " + row + ", column '" + names.get(column) + "': numbers must be finite, got " + value);
      }
      values.setAtIndex(FLOAT,
          Objects.checkIndex(row, rows) * names.size() + Objects.checkIndex(column, names.size()), value);
      return this;
    }

    /** Puts a row's numbers, {@code [width]}; NaN for those that are missing. */
    public Builder putRow(long row, float... numbers) {
      if (numbers.length != names.size()) {
        throw new IllegalArgumentException(
            "a row has " + names.size() + " numbers, got " + numbers.length);
      }
      for (int column = 0; column < numbers.length; column++) {
        put(row, column, numbers[column]);
      }
      return this;
    }

    /** What each row is called; its number, where nobody says. */
    public Builder ids(IntFunction<String> names) {
      ids = names;
      return this;
    }

    /** The rows' class numbers, or numbers to predict; finite. */
    public Builder labels(double... values) {
      requireRows("labels", values.length);
      for (int row = 0; row < values.length; row++) {
        if (!Double.isFinite(values[row])) {
          throw new IllegalArgumentException("label of row " + row + " must be finite, got " + values[row]);
        }
      }
      labels = values.clone();
      return this;
    }

    /** What the classes are called, in the order of their numbers. */
    public Builder classNames(List<String> names) {
      classNames = List.copyOf(names);
      return this;
    }

    /** What each row belongs to. */
    public Builder groups(List<String> names) {
      requireRows("groups", names.size());
      groups = List.copyOf(names);
      return this;
    }

    private void requireRows(String what, int given) {
      if (given != rows) {
        throw new IllegalArgumentException(what + " must be one per row, " + rows + ", got " + given);
      }
    }

    /** Puts a column's numbers beginning at that place; where the next column's begin. */
    private int put(long[] all, int at, Column column, Tensor tensor) {
      Tensor flat = tensor.reshape(all.length, -1);
      double[] numbers = flat.to(DType.FLOAT64).reshape(-1).toDoubles();
      int width = numbers.length / all.length;
      for (int i = 0; i < numbers.length; i++) {
        if (!column.dtype().isFloating() && Math.abs(numbers[i]) > WHOLE) {
          throw new IllegalArgumentException(
              "row " + all[i / width] + ", column '" + names.get(at + i % width)
                  + "': whole numbers beyond " + (long) WHOLE + " do not keep apart as features, got "
                  + (long) numbers[i]);
        }
        put(all[i / width], at + i % width, (float) numbers[i]);
      }
      return at + width;
    }

    private void missingWhere(int column, int indicator) {
      for (long row = 0; row < rows; row++) {
        if (values.getAtIndex(FLOAT, row * names.size() + indicator) != 0) {
          values.setAtIndex(FLOAT, row * names.size() + column, Float.NaN);
        }
      }
    }

    /** The features. */
    public Features build() {
      var named = new ArrayList<String>();
      for (int row = 0; row < rows; row++) {
        named.add(ids.apply(row));
      }
      return new Features(this, values, new Ids.Named(List.copyOf(named)));
    }
  }
}
