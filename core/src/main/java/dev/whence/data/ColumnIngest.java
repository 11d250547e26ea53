package dev.whence.data;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Collects one tensor column record by record: checks shapes, normalises, converts, stores. */
final class ColumnIngest {
  private final String name;
  private final Source source;
  private final List<Integer> fields;
  private final MemoryBudget budget;
  private final Numbers numbers;
  private final int[] ends;
  private final FieldKinds kinds;
  private final List<PartIngest> parts = new ArrayList<>();
  private @Nullable ColumnStorage storage;
  private List<Long> extents = List.of();

  ColumnIngest(String name, Source source, List<Integer> fields, MemoryBudget budget) {
    this.name = name;
    this.source = source;
    this.fields = fields;
    this.budget = budget;
    int capacity = (int) Math.min(Integer.MAX_VALUE / 2, Math.max(1, budget.limit() / 8));
    this.ends = new int[fields.size()];
    this.kinds = new FieldKinds(fields.size());
    this.numbers = new Numbers(!source.dtype().isFloating(), source.shape(), capacity, source.fit());
  }

  String name() {
    return name;
  }

  List<Integer> fields() {
    return fields;
  }

  /** How many numbers one example has, once there was one. */
  long elements() {
    return extents.stream().reduce(1L, (a, b) -> a * b);
  }

  /** The same with parts, whose fields are this column's in that order. */
  ColumnIngest withParts(List<PartIngest> mapped) {
    parts.addAll(mapped);
    return this;
  }

  /** Takes the value of the reader's current record. */
  void take(RecordReader reader) throws IOException {
    numbers.clear();
    if (!parts.isEmpty()) {
      takeParts(reader);
      return;
    }
    int at = 0;
    try {
      for (; at < ends.length; at++) {
        int size = numbers.size();
        int truths = numbers.truths();
        reader.numbers(fields.get(at), numbers);
        ends[at] = numbers.size();
        kinds.take(at, numbers.size() - size, numbers.truths() - truths);
      }
      at = kinds.odd();
      ColumnStorage target = storage == null ? begin() : storage;
      check(target.column().shape());
      kinds.endRecord();
      at = 0;
      MemorySegment row = target.append();
      for (int start = 0; at < ends.length; start = ends[at++]) {
        write(target.column(), row, start, ends[at]);
      }
      fill(target.column(), row);
    } catch (DataException e) {
      int field = fields.get(Math.min(at, ends.length - 1));
      throw advised(e.at(reader.place(field)), reader, field);
    }
  }

  /** A text where a number is wanted, in the first record: then the whole column is of another kind. */
  private DataException advised(DataException e, RecordReader reader, int field) throws IOException {
    return storage == null ? TextAdvice.added(e, reader, field) : e;
  }

  private void takeParts(RecordReader reader) throws IOException {
    for (PartIngest part : parts) {
      part.take(reader, numbers);
    }
    numbers.shaped(List.of((long) numbers.size()));
    try {
      ColumnStorage target = storage == null ? begin() : storage;
      check(target.column().shape());
      write(target.column(), target.append(), 0, numbers.size());
    } catch (DataException e) {
      throw e.at(reader.place(fields.getFirst()));
    }
  }

  /** Names of the numbers of one value, where the file has them. */
  List<String> elementNames(List<String> fieldNames) {
    return parts.isEmpty()
        ? fields.stream().map(fieldNames::get).toList()
        : parts.stream().flatMap(part -> part.names(fieldNames).stream()).toList();
  }

  /** What the numbers of one value are; empty where the file's columns hold more than one value each, or are not mapped. */
  List<Feature> features(List<String> fieldNames) {
    var features = new ArrayList<Feature>();
    int next = 0;
    for (PartIngest part : parts) {
      features.addAll(part.features(fieldNames, next));
      next += part.names(fieldNames).size();
    }
    return next == elements() ? features : List.of();
  }

  ColumnStorage finish() {
    if (storage == null) {
      throw new IllegalStateException("column '" + name + "' has no records");
    }
    return storage;
  }

  private ColumnStorage begin() throws DataException {
    extents = valueExtents();
    List<Long> shape = source.shape();
    if (source.padding().isActive()) {
      shape = List.of((long) source.padding().length());
    } else if (shape.isEmpty()) {
      shape = extents;
    }
    if (numbers.size() == 0 && !source.padding().isActive()) {
      throw new DataException("holds no numbers; drop the record or fill the value in");
    }
    int channels = source.normalization().channels();
    if (channels > 1 && (shape.isEmpty() || shape.getFirst() != channels)) {
      throw new DataException("normalisation has " + channels + " entries but values have shape " + shape
          + "; give one entry for each index of the first axis");
    }
    if (source.fit().isActive() && !numbers.isFitted()) {
      throw new DataException("resize and crop are for pictures, the value is none; remove them");
    }
    ColumnStorage made = new ColumnStorage(new Column(name, source.dtype(), shape), budget);
    storage = made;
    return made;
  }

  private List<Long> valueExtents() {
    if (source.shape().isEmpty() && !parts.isEmpty() && isOneNumber()) {
      return List.of();
    }
    return fields.size() == 1 ? numbers.extents() : List.of((long) numbers.size());
  }

  /** A single category's number or a single number is a number, not a list of one. */
  private boolean isOneNumber() {
    return fields.size() == 1 && numbers.size() == 1;
  }

  private void check(List<Long> shape) throws DataException {
    List<Long> found = valueExtents();
    if (source.padding().isActive()) {
      if (found.size() > 1) {
        throw new DataException("a padded sequence must be flat, got shape " + found);
      }
      if (numbers.size() > source.padding().length() && !source.padding().truncate()) {
        throw new DataException("holds " + numbers.size() + " values, more than length "
            + source.padding().length() + "; raise length or state truncate: true");
      }
    } else if (source.shape().isEmpty() && !found.equals(extents)) {
      throw new DataException("has shape " + found + ", the first record's has " + extents
          + "; mend it, or state length and padding for sequences of different lengths");
    } else if (fields.size() > 1 && parts.isEmpty() && kinds.differ()) {
      throw new DataException(
          "holds another number of values than in the first record; mend it, or keep lists in a column of their own");
    } else if (!folds(found, shape)) {
      throw new DataException(
          "has shape " + found + " (" + numbers.size() + " numbers), which does not fill shape "
              + shape + "; mend the value or the shape");
    }
  }

  /** Flat values fold into any shape and any value flattens; else extents agree but for ones. */
  private boolean folds(List<Long> found, List<Long> shape) {
    long elements = shape.stream().reduce(1L, (a, b) -> a * b);
    if (elements != numbers.size()) {
      return false;
    }
    List<Long> a = found.stream().filter(extent -> extent != 1).toList();
    List<Long> b = shape.stream().filter(extent -> extent != 1).toList();
    return a.size() < 2 || b.size() < 2 || a.equals(b);
  }

  /** Writes the numbers [start, end), those of one field. */
  private void write(Column column, MemorySegment target, int start, int end) throws DataException {
    int bytes = column.dtype().bytes();
    int elements = (int) (target.byteSize() / bytes);
    boolean plain = source.normalization().equals(Normalization.NONE);
    int block = Math.max(1, elements / source.normalization().channels());
    for (int i = start; i < Math.min(elements, end); i++) {
      if (numbers.isWhole()) {
        Elements.write(target, (long) i * bytes, column.dtype(), numbers.wholeAt(i));
      } else {
        double value = numbers.doubleAt(i);
        Elements.write(target, (long) i * bytes, column.dtype(),
            plain ? value : source.normalization().apply(value, i / block));
      }
    }
  }

  private void fill(Column column, MemorySegment target) throws DataException {
    int bytes = column.dtype().bytes();
    for (long offset = (long) numbers.size() * bytes; offset < target.byteSize(); offset += bytes) {
      Elements.write(target, offset, column.dtype(), source.padding().value());
    }
  }
}
