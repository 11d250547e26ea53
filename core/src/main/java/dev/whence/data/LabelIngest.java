package dev.whence.data;

import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Collects labels as classes or as numbers. Where the spec leaves open which, the loss decides, and where one loss takes
 * both a class and a list, the first record.
 */
final class LabelIngest {
  private static final Set<String> TRUTHS = Set.of("true", "false");

  private final Label.@Nullable Open open;
  private final List<Integer> fields;
  private final MemoryBudget budget;
  private @Nullable ClassIngest classes;
  private @Nullable ColumnIngest values;

  LabelIngest(ClassIngest classes) {
    this(null, List.of(classes.field()), null, classes, new MemoryBudget(Long.MAX_VALUE));
  }

  LabelIngest(ColumnIngest values) {
    this(null, values.fields(), values, null, new MemoryBudget(Long.MAX_VALUE));
  }

  LabelIngest(Label.Open open, List<Integer> fields, MemoryBudget budget) {
    this(open, fields, null, null, budget);
  }

  private LabelIngest(Label.@Nullable Open open, List<Integer> fields, @Nullable ColumnIngest values,
      @Nullable ClassIngest classes, MemoryBudget budget) {
    this.open = open;
    this.fields = List.copyOf(fields);
    this.values = values;
    this.classes = classes;
    this.budget = budget;
  }

  /** The label column and the names of its classes, none where labels are numbers. */
  record Finished(ColumnStorage storage, List<String> names) {
  }

  List<Integer> fields() {
    return fields;
  }

  void take(RecordReader reader) throws IOException {
    if (open != null && values == null && classes == null) {
      begin(open, reader);
    }
    try {
      if (classes != null) {
        classes.take(reader);
      } else if (values != null) {
        values.take(reader);
      }
    } catch (DataException e) {
      throw open == null ? e : explained(e, open);
    }
    if (open != null && open.kind() == Label.Kind.TRUTH) {
      checkTruths(reader);
    }
  }

  private void begin(Label.Open label, RecordReader reader) throws IOException {
    switch (label.kind()) {
      case NUMBER -> values = column(label.numbers());
      case TOKENS -> values = column(label.whole());
      case CLASS -> {
        if (fields.size() > 1 || isShaped(label) || looks(reader) == Look.LIST) {
          values = column(label.whole());
        } else {
          classes = named(label);
        }
      }
      case TRUTH -> {
        if (fields.size() > 1 || isShaped(label) || looks(reader) != Look.WORD) {
          values = column(label.numbers());
        } else {
          classes = named(label);
        }
      }
    }
  }

  /** Whether something was stated that only numbers have. */
  private static boolean isShaped(Label.Open label) {
    return !label.numbers().equals(Source.of(label.from().toArray(String[]::new)));
  }

  private enum Look {
    WORD, NUMBER, LIST
  }

  private Look looks(RecordReader reader) throws IOException {
    var numbers = new Numbers(false, List.of(), Integer.MAX_VALUE / 2);
    try {
      reader.numbers(fields.getFirst(), numbers);
      return numbers.extents().isEmpty() ? Look.NUMBER : Look.LIST;
    } catch (DataException _) {
      return Look.WORD;
    }
  }

  private ColumnIngest column(Source source) {
    return new ColumnIngest(Datasets.LABEL, source, fields, budget);
  }

  private ClassIngest named(Label.Open label) {
    return new ClassIngest(new Label.Classes(label.from().getFirst(), List.of()), fields.getFirst(), budget);
  }

  /** Two names say which is 1 only where they are true and false. */
  private void checkTruths(RecordReader reader) throws IOException {
    if (classes != null
        && !TRUTHS.contains(reader.text(fields.getFirst()).strip().toLowerCase(Locale.ROOT))) {
      throw new DataException(reader.place(fields.getFirst()), "'" + reader.text(fields.getFirst())
          + "' does not tell whether it is the model's 0 or 1; state both in that order, such as label: {from: "
          + reader.fields().get(fields.getFirst()) + ", classes: [no, yes]}");
    }
  }

  /** What the loss takes, and the two ways to mean something else. */
  private static DataException explained(DataException e, Label.Open label) {
    String from = String.join(", ", label.from());
    String more = switch (label.kind()) {
      case NUMBER ->
        "; the model's loss takes a number as label: give numbers, or, if these are classes, state task.loss:"
            + " cross-entropy and label: {from: " + from + ", type: class}";
      case TRUTH ->
        "; the model's loss takes 0 and 1 as labels, one per output: give these, or state task.loss if it is"
            + " another";
      case TOKENS ->
        "; the model's loss takes the next tokens as label: give whole numbers, or state task.loss if it is"
            + " another";
      case CLASS -> "";
    };
    return new DataException(e.place(), e.problem() + more, e.getCause());
  }

  Finished finish() throws DataException {
    if (classes != null) {
      return classes.finish();
    }
    if (values == null) {
      throw new IllegalStateException("labels have no records");
    }
    return new Finished(values.finish(), List.of());
  }

  /** Where labels are numbers, the column they go to. */
  @Nullable
  ColumnIngest values() {
    return values;
  }
}
