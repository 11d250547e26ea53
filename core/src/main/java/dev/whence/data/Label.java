package dev.whence.data;

import java.util.List;
import java.util.Objects;
import java.util.Set;

/** What the column {@link Datasets#LABEL} is made from. */
public sealed interface Label {
  /** There is no label column. */
  record None() implements Label {
  }

  /**
   * Classes, numbered from 0, INT64 without axes. With stated names a value is a name, or, where no name is a number,
   * the class's number. Without them whole numbers from 0 stand for themselves, and anything else is numbered in
   * sorted order of all values that occur.
   *
   * @param from the file's column
   * @param names class names in the order of the model's outputs; empty to take them from the file
   */
  record Classes(String from, List<String> names) implements Label {
    /** Checks and copies. */
    public Classes {
      names = List.copyOf(names);
      if (from.isEmpty()) {
        throw new IllegalArgumentException("label.from must name a column");
      }
      if (Set.copyOf(names).size() != names.size()) {
        throw new IllegalArgumentException("label.classes must be different from each other, got " + names);
      }
    }
  }

  /**
   * Numbers to predict, or sequences of tokens.
   *
   * @param source where they come from
   */
  record Values(Source source) implements Label {
    /** Checks. */
    public Values {
      Objects.requireNonNull(source);
    }
  }

  /** No label column. */
  static Label none() {
    return new None();
  }

  /** Classes whose names, or numbers, are in a column. */
  static Label classes(String from, String... names) {
    return new Classes(from, List.of(names));
  }

  /** A number to predict, FLOAT32 without axes. */
  static Label number(String from) {
    return new Values(Source.of(from));
  }
}
