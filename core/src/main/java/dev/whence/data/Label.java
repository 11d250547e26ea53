package dev.whence.data;

import dev.whence.torch.DType;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/** What the column {@link Datasets#LABEL} is made from. */
public sealed interface Label {
  /** The label of positions that do not count, such as padding, as in PyTorch. */
  long IGNORED = -100;

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

  /** What labels are, as a loss wants them. */
  enum Kind {
    /** A number to predict, or several. */
    NUMBER,
    /** One of several classes; a list of class numbers where an example has several positions. */
    CLASS,
    /** 0 or 1, or a share between, for each output; two classes by name for one output. */
    TRUTH,
    /** A sequence of whole numbers. */
    TOKENS
  }

  /**
   * Nobody said what the labels are: that is told by what the model was trained on, never by what they look like.
   *
   * @param numbers where they come from if they are numbers, FLOAT32 unless stated otherwise
   * @param whole the same if they are class numbers of several positions, or tokens, INT64 unless stated otherwise
   * @param kind what the loss takes
   */
  record Open(Source numbers, Source whole, Kind kind) implements Label {
    /** Checks. */
    public Open {
      Objects.requireNonNull(kind);
      if (!numbers.from().equals(whole.from())) {
        throw new IllegalArgumentException("both sources must name the same columns");
      }
    }

    /** The file's columns. */
    public List<String> from() {
      return numbers.from();
    }

    /** The same for a loss that takes this. */
    public Open of(Kind wanted) {
      return new Open(numbers, whole, wanted);
    }

    /** What the labels turned out to be, for another data set whose labels are to be read alike. */
    public Label settled(Dataset read) {
      if (!read.classNames().isEmpty()) {
        return new Classes(from().getFirst(), List.of());
      }
      boolean integers = read.columns().stream()
          .anyMatch(column -> column.name().equals(Datasets.LABEL) && !column.dtype().isFloating());
      return new Values(integers ? whole : numbers);
    }
  }

  /** Labels in a column of which nobody said what they are; without a loss to ask, they are classes. */
  static Open open(String from) {
    return new Open(Source.of(from), Source.of(from).as(DType.INT64), Kind.CLASS);
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
