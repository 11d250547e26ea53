package dev.whence.data;

import java.util.Collections;
import java.util.LinkedHashMap;
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
 * @param learned column → its mappings, as the keys of a run file
 * @param normalizations column → what was done to its numbers
 * @param features column → what its numbers are, where they were made by mappings
 */
record Naming(Ids ids, List<String> classNames, List<String> texts, Map<String, List<String>> elements,
    Origins origins, List<String> warnings, Map<String, Object> learned,
    Map<String, Normalization> normalizations, Map<String, List<Feature>> features) {
  /** Copies. */
  Naming {
    classNames = List.copyOf(classNames);
    texts = List.copyOf(texts);
    elements = Map.copyOf(elements);
    warnings = List.copyOf(warnings);
    learned = Collections.unmodifiableMap(new LinkedHashMap<>(learned));
    normalizations = Map.copyOf(normalizations);
    features = Map.copyOf(features);
  }

  /** Names of rows and classes alone. */
  Naming(Ids ids, List<String> classNames) {
    this(ids, classNames, List.of(), Map.of(), Origins.NONE, List.of(), Map.of(), Map.of(), Map.of());
  }
}
