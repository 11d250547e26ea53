package dev.whence.data;

import java.util.List;
import java.util.Optional;

/** Whole numbers in the texts by which classes and categories are known. */
final class WholeNumbers {
  private WholeNumbers() {
  }

  /** The whole number a text stands for, {@code 3.0} being 3. */
  static Optional<Long> of(String text) {
    Numbers number = new Numbers(true, List.of(), 1);
    try {
      Decimals.parse(text.strip(), number);
      return Optional.of(number.wholeAt(0));
    } catch (DataException _) {
      return Optional.empty();
    }
  }

  /** One spelling for every whole number; any other text as it is. */
  static String canonical(String text) {
    return of(text).map(String::valueOf).orElse(text);
  }
}
