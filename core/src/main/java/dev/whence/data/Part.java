package dev.whence.data;

import java.util.List;
import java.util.Objects;

/**
 * Some of the columns a tensor is made from, and what becomes of their values.
 *
 * @param from names, ranges or patterns, as in {@link Source}
 * @param mapping what becomes of the values
 */
public record Part(List<String> from, Mapping mapping) {
  /** Checks and copies. */
  public Part {
    from = List.copyOf(from);
    Objects.requireNonNull(mapping);
    if (from.isEmpty() || from.contains("")) {
      throw new IllegalArgumentException("from must name at least one column, got " + from);
    }
  }
}
