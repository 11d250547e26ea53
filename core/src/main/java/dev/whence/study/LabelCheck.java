package dev.whence.study;

import dev.whence.data.DataException;
import dev.whence.data.Dataset;
import dev.whence.data.Datasets;
import dev.whence.data.Label;
import dev.whence.data.Place;
import dev.whence.torch.Scope;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/**
 * Holds the labels of a data set against what a model tells: every label must be one of its classes, and names that nobody stated
 * must be as many as those, or their numbers would be guessed.
 *
 * @param data the examples
 * @param section of the run file, for messages
 * @param stated whether the run file or the model file names the classes in the order of the outputs
 */
record LabelCheck(Dataset data, String section, boolean stated) {
  private static final int BATCH = 512;
  private static final int LISTED = 12;

  /**
   * @param classes how many the model tells apart
   * @throws DataException naming the label's place and the way out
   * @throws IllegalArgumentException if more classes are stated than the model has
   */
  void classes(long classes) throws DataException {
    checkNames(classes);
    if (stated && data.classNames().size() > classes) {
      throw new IllegalArgumentException(
          "%s.label.classes names %d classes, but the model's logits tell %d; name those of the model"
              .formatted(section, data.classNames().size(), classes));
    }
    if (data.classNames().isEmpty() || data.classNames().size() > classes) {
      within(0, classes - 1.0, "the model's logits tell classes 0.." + (classes - 1)
          + "; mend the label, or state classes in the order of the model's outputs" + oneBased(classes));
    }
  }

  /** Names that are ranks of whatever occurs are right only where every class of the model occurs. */
  private void checkNames(long classes) throws DataException {
    List<String> names = data.classNames();
    if (names.isEmpty() || stated || standForThemselves(names) || names.size() == classes) {
      return;
    }
    Place place = names.size() > classes ? rarest() : data.place(Datasets.LABEL);
    throw new DataException(place,
        "%s.label: %d classes occur (%s), but the model's logits tell %d: which class has which number is not known; state classes, the names in the order of the model's outputs%s"
            .formatted(section, names.size(), listed(names), classes,
                names.size() > classes ? "; this is the first example of the rarest" : ""));
  }

  private Place rarest() {
    long[] records = new long[data.classNames().size()];
    long[] firsts = new long[records.length];
    long[] labels = longs(LongStream.range(0, data.size()).toArray());
    for (int row = labels.length - 1; row >= 0; row--) {
      records[(int) labels[row]]++;
      firsts[(int) labels[row]] = row;
    }
    int rarest = IntStream.range(0, records.length).boxed()
        .min((a, b) -> Long.compare(records[a], records[b])).orElse(0);
    return data.place(firsts[rarest], Datasets.LABEL);
  }

  private long[] longs(long[] rows) {
    try (var _ = Scope.open()) {
      return data.batch(rows).column(Datasets.LABEL).toLongs();
    }
  }

  /** Whether all labels are from 1 to the number of classes. */
  private String oneBased(long classes) {
    List<String> names = data.classNames();
    boolean past = names.size() == classes + 1 && standForThemselves(names);
    return past
        ? "; numbers that begin at 1 are stated so: classes: ["
            + String.join(", ", names.subList(1, names.size())) + "]"
        : "";
  }

  /**
   * Checks that every label lies between two bounds.
   *
   * @param reason what the bounds are and the way out, for the message
   * @throws DataException naming the first label outside
   */
  void within(double low, double high, String reason) throws DataException {
    for (long first = 0; first < data.size(); first += BATCH) {
      long[] rows = LongStream.range(first, Math.min(data.size(), first + BATCH)).toArray();
      try (var _ = Scope.open()) {
        double[] labels = data.batch(rows).column(Datasets.LABEL).toDoubles();
        for (int i = 0; i < labels.length; i++) {
          if (labels[i] != Label.IGNORED && !(labels[i] >= low && labels[i] <= high)) {
            int each = labels.length / rows.length;
            throw outside(rows[i / each], each == 1 ? "" : " at position " + i % each, labels[i], reason);
          }
        }
      }
    }
  }

  private DataException outside(long row, String position, double label, String reason) {
    String value = label == Math.rint(label) ? Long.toString((long) label) : Double.toString(label);
    int index = (int) label;
    List<String> names = data.classNames();
    boolean named = index >= 0 && index < names.size() && !names.get(index).equals(value);
    return new DataException(data.place(row, Datasets.LABEL),
        "%s.label: example '%s' has the label %s%s%s, but %s".formatted(section, data.id(row), value,
            named ? " ('" + names.get(index) + "')" : "", position, reason));
  }

  /** Checks that every example has as many labels as the model has places for them. @throws DataException otherwise */
  void count(long wanted, String what) throws DataException {
    long found = data.columns().stream().filter(column -> column.name().equals(Datasets.LABEL)).findFirst()
        .orElseThrow().shape().stream().reduce(1L, (a, b) -> a * b);
    if (found != wanted) {
      throw new DataException(data.place(Datasets.LABEL),
          "%s.label has %d values an example, but the model has %d %s; describe as many under %s.label"
              .formatted(section, found, wanted, what, section));
    }
  }

  /** Whether the names are the numbers from 0, as they are where labels are such numbers. */
  static boolean standForThemselves(List<String> names) {
    return IntStream.range(0, names.size()).allMatch(i -> names.get(i).equals(Integer.toString(i)));
  }

  private static String listed(List<String> names) {
    String shown = String.join(", ", names.stream().limit(LISTED).map(name -> "'" + name + "'").toList());
    return names.size() > LISTED ? shown + ", …" : shown;
  }
}
