package dev.whence.data;

import java.util.List;
import java.util.Map;

/**
 * What people call the parts of a data set.
 *
 * @param ids the rows' names
 * @param classNames the classes', in the order of their numbers
 * @param texts what reports show of each row; empty for nothing
 * @param elements column → the names of its numbers; columns without such names are absent
 * @param origins where the values came from
 * @param warnings what a user should know of the file
 */
record Naming(Ids ids, List<String> classNames, List<String> texts, Map<String, List<String>> elements,
    Origins origins, List<String> warnings) {
  /** Copies. */
  Naming {
    classNames = List.copyOf(classNames);
    texts = List.copyOf(texts);
    elements = Map.copyOf(elements);
    warnings = List.copyOf(warnings);
  }

  /** Names of rows and classes alone. */
  Naming(Ids ids, List<String> classNames) {
    this(ids, classNames, List.of(), Map.of(), Origins.NONE, List.of());
  }
}
