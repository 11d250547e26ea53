package dev.whence.study;

import dev.whence.data.Dataset;
import dev.whence.data.Datasets;
import dev.whence.run.Nearest;
import java.util.List;

/**
 * What the classes, or the outputs, of a model are called.
 *
 * @param names in the order of their numbers; empty where they have none
 */
record ClassNames(List<String> names) {
  /** Copies. */
  ClassNames {
    names = List.copyOf(names);
  }

  /** The classes of the labels, else the columns that several labels come from. */
  static ClassNames of(Dataset data) {
    return new ClassNames(
        data.classNames().isEmpty() ? data.elementNames(Datasets.LABEL) : data.classNames());
  }

  /** The name of a number, the number itself where it has none. */
  String name(long number) {
    return number >= 0 && number < names.size() ? names.get((int) number) : Long.toString(number);
  }

  /**
   * The number of a class that is given by name, or, where no name is itself a number, by its number.
   *
   * @param key of the run file, for messages
   * @throws IllegalArgumentException naming the nearest, or all
   */
  int number(String given, String key) {
    int named = names.indexOf(given);
    if (named >= 0) {
      return named;
    }
    if (isNumber(given) && names.stream().noneMatch(ClassNames::isNumber)) {
      return Integer.parseInt(given);
    }
    throw new IllegalArgumentException(names.isEmpty()
        ? "%s names class '%s', but the labels have no names; give its number".formatted(key, given)
        : "%s names class '%s', which is none of the labels'%s".formatted(key, given,
            Nearest.to(given, names).map(near -> "; did you mean '" + near + "'?").orElse("; known: "
                + String.join(", ", names.stream().limit(20).toList()) + (names.size() > 20 ? ", …" : ""))));
  }

  private static boolean isNumber(String text) {
    return text.matches("\\d{1,9}");
  }
}
