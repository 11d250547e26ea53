package dev.whence.data;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.IntStream;

/**
 * What some of a column's numbers are to a reader: one of the file's columns, in its own units and words.
 *
 * @param name of the file's column, or of the number
 * @param at where its numbers begin among the column's
 * @param categories in the order of their numbers; empty for a quantity
 * @param coded whether each category has a number of its own, 1 for the value's
 * @param mean what was taken from a quantity, 0 for nothing
 * @param std what it was divided by then, 1 for nothing
 * @param missing where the number is that says 1 if the value was missing; empty where none says so
 */
public record Feature(String name, int at, List<String> categories, boolean coded, double mean, double std,
    OptionalInt missing) {
  /** Copies. */
  public Feature {
    categories = List.copyOf(categories);
  }

  /** A quantity as it is. */
  static Feature plain(String name, int at) {
    return new Feature(name, at, List.of(), false, 0, 1, OptionalInt.empty());
  }

  /** Whether it is one of some categories. */
  public boolean isCategory() {
    return !categories.isEmpty();
  }

  /**
   * The quantity in the file's units, or the category's number.
   *
   * @param numbers of the whole column, as {@link Dataset#inOwnUnits} gives them
   * @return NaN for a value that was missing, −1 for a category that is none of these
   */
  public double value(double[] numbers) {
    if (missing.isPresent() && numbers[missing.getAsInt()] != 0) {
      return Double.NaN;
    }
    if (!isCategory()) {
      return numbers[at] * std + mean;
    }
    return coded
        ? IntStream.range(0, categories.size()).filter(i -> numbers[at + i] != 0).findFirst().orElse(-1)
        : numbers[at];
  }

  /** The word for what {@link #value} gave; empty for a quantity. */
  public Optional<String> word(double value) {
    if (Double.isNaN(value)) {
      return Optional.of("missing");
    }
    if (!isCategory()) {
      return Optional.empty();
    }
    boolean known = value >= 0 && value < categories.size();
    return Optional.of(known ? categories.get((int) value) : "another");
  }
}
