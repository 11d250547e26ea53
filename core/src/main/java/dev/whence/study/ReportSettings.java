package dev.whence.study;

import java.util.List;

/**
 * What a report shows.
 *
 * @param method whose scores; empty: the run file's first
 * @param targets ids; empty: the first few
 * @param count how many targets where none are named
 * @param entries proponents and opponents shown of each
 */
public record ReportSettings(String method, List<String> targets, int count, int entries) {
  /** Checks and copies. */
  public ReportSettings {
    targets = List.copyOf(targets);
    if (count < 1 || entries < 1) {
      throw new IllegalArgumentException(
          "a report shows >= 1 targets and entries, got " + count + " and " + entries);
    }
  }

  /** The first method, three targets, five entries. */
  public ReportSettings() {
    this("", List.of(), 3, 5);
  }
}
