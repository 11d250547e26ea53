package dev.whence.study;

import java.util.List;

/**
 * What a report shows.
 *
 * @param method whose scores; empty: the run file's first
 * @param targets ids; empty: those most worth a look
 * @param count how many targets where none are named
 * @param entries proponents and opponents shown of each
 * @param more further targets that fold, where none are named
 */
public record ReportSettings(String method, List<String> targets, int count, int entries, int more) {
  /** Checks and copies. */
  public ReportSettings {
    targets = List.copyOf(targets);
    if (count < 1 || entries < 1 || more < 0) {
      throw new IllegalArgumentException(
          "a report shows >= 1 targets and entries and >= 0 more, got " + count + ", " + entries + " and "
              + more);
    }
  }

  /** The first method, three targets and nine that fold, five entries. */
  public ReportSettings() {
    this("", List.of(), 3, 5, 9);
  }

  /** Nine more that fold. */
  public ReportSettings(String method, List<String> targets, int count, int entries) {
    this(method, targets, count, entries, 9);
  }
}
