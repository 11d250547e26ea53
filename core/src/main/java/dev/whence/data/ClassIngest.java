package dev.whence.data;

import dev.whence.torch.DType;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/** Collects the class of each record, and numbers the classes at the end. */
final class ClassIngest {
  private static final int MOST = 1 << 16;

  private final Label.Classes label;
  private final int field;
  private final MemoryBudget budget;
  private final Map<String, Integer> seen = new LinkedHashMap<>();
  /** Where each of {@link #seen} stood first. */
  private final List<Place> firsts = new ArrayList<>();
  private int[] codes = new int[16];
  private int size;

  ClassIngest(Label.Classes label, int field, MemoryBudget budget) {
    this.label = label;
    this.field = field;
    this.budget = budget;
    label.names().forEach(name -> seen.put(name, seen.size()));
  }

  int field() {
    return field;
  }

  /** How many different classes were seen, or are stated. */
  int classes() {
    return seen.size();
  }

  void take(RecordReader reader) throws IOException {
    try {
      String text = reader.text(field);
      if (size == codes.length) {
        budget.take(4L * size);
        codes = Arrays.copyOf(codes, Math.multiplyExact(size, 2));
      }
      codes[size++] = label.names().isEmpty() ? discovered(text, reader) : stated(text);
    } catch (DataException e) {
      throw e.at(reader.place(field));
    }
  }

  private int discovered(String text, RecordReader reader) throws DataException {
    if (text.isBlank()) {
      throw new DataException("the label is empty; drop the record or fill it in");
    }
    Integer code = seen.get(text);
    if (code != null) {
      return code;
    }
    if (seen.size() == MOST) {
      throw new DataException("more than " + MOST
          + " different classes; if this is a quantity, state type: number in label");
    }
    if (isFraction(text)) {
      throw new DataException(
          "'" + text + "' is no number of a class; if it is a quantity state type: number in label"
              + " and task.loss: squared-error, if it is a name list all names under label.classes");
    }
    budget.take(text);
    seen.put(text, seen.size());
    firsts.add(reader.place(field));
    return seen.size() - 1;
  }

  private static boolean isFraction(String text) {
    Numbers number = new Numbers(false, List.of(), 1);
    try {
      Decimals.parse(text.strip(), number);
      return number.doubleAt(0) != Math.rint(number.doubleAt(0));
    } catch (DataException _) {
      return false;
    }
  }

  private int stated(String text) throws DataException {
    Integer code = seen.get(text);
    if (code != null) {
      return code;
    }
    Optional<Long> number = WholeNumbers.of(text);
    if (number.isPresent()) {
      Integer named = seen.get(number.get().toString());
      if (named != null) {
        return named;
      }
      boolean numbered = label.names().stream().noneMatch(name -> WholeNumbers.of(name).isPresent());
      if (numbered && number.get() >= 0 && number.get() < label.names().size()) {
        return number.get().intValue();
      }
    }
    throw new DataException(Keys.unknown("unknown label", text, label.names()));
  }

  /** The label column and the class names. @throws DataException if texts stand among whole numbers */
  LabelIngest.Finished finish() throws DataException {
    List<String> values = List.copyOf(seen.keySet());
    List<String> names = label.names().isEmpty() ? numbered(values) : label.names();
    var indices = new HashMap<String, Integer>();
    for (int i = 0; i < names.size(); i++) {
      indices.put(names.get(i), i);
    }
    int[] renamed = new int[values.size()];
    for (int code = 0; code < renamed.length; code++) {
      String value = values.get(code);
      Integer index = indices.get(value);
      renamed[code] = index == null ? indices.getOrDefault(WholeNumbers.canonical(value), -1) : index;
    }
    var storage = new ColumnStorage(new Column(Datasets.LABEL, DType.INT64, List.of()), budget);
    for (int row = 0; row < size; row++) {
      Elements.write(storage.append(), 0, DType.INT64, (long) renamed[codes[row]]);
    }
    return new LabelIngest.Finished(storage, names);
  }

  /** Whole numbers from 0 stand for themselves; anything else is sorted, numbers by size. */
  private List<String> numbered(List<String> values) throws DataException {
    List<Optional<Long>> wholes = values.stream().map(WholeNumbers::of).toList();
    if (wholes.stream().noneMatch(Optional::isPresent)) {
      return values.stream().sorted().toList();
    }
    checkAlike(values, wholes);
    List<Long> numbers = wholes.stream().flatMap(Optional::stream).distinct()
        .sorted(Comparator.naturalOrder())
        .toList();
    if (numbers.getFirst() < 0 || numbers.getLast() >= MOST) {
      return numbers.stream().map(String::valueOf).toList();
    }
    return LongStream.rangeClosed(0, numbers.getLast()).mapToObj(Long::toString).toList();
  }

  /** One stray text would turn class numbers into ranks of texts. */
  private void checkAlike(List<String> values, List<Optional<Long>> wholes) throws DataException {
    long[] records = new long[values.size()];
    for (int row = 0; row < size; row++) {
      records[codes[row]]++;
    }
    int[] texts = IntStream.range(0, records.length).filter(code -> wholes.get(code).isEmpty()).toArray();
    if (texts.length == 0) {
      return;
    }
    long stray = IntStream.of(texts).mapToLong(code -> records[code]).sum();
    boolean numbersAreFew = size - stray < stray;
    int guilty = IntStream.range(0, records.length)
        .filter(code -> wholes.get(code).isPresent() == numbersAreFew).findFirst().orElseThrow();
    throw new DataException(firsts.get(guilty), "the label '" + values.get(guilty)
        + (numbersAreFew ? "' is a number among names" : "' stands among class numbers") + " ("
        + (numbersAreFew ? size - stray : stray) + " of " + size
        + " records are such); mend it, or state label.classes, the names in the order of the model's outputs");
  }
}
