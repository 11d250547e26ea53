package dev.whence.torch;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a call returns and how much memory it takes, told before it is made.
 *
 * @param results flattened: a {@link Form} for a tensor, a number, or {@link #UNKNOWN}; empty where even their count is unknown
 * @param shared for each result which of the tensors among the arguments (flattened, in order) it shares memory with; -1 for
 *     memory of its own
 * @param bytes at most taken by the results with memory of their own, and for the time of the call
 */
public record Forecast(List<@Nullable Object> results, List<Integer> shared, long bytes) {
  /** Boxed as the device of tensors without memory. */
  static final Object NOWHERE = Special.NOWHERE;
  /** Stands for a result that depends on numbers. */
  public static final Object UNKNOWN = Special.UNKNOWN;

  private enum Special {
    NOWHERE, UNKNOWN
  }

  /** Copies. */
  public Forecast {
    results = Collections.unmodifiableList(new java.util.ArrayList<>(results));
    shared = List.copyOf(shared);
  }

  /** Results with memory of their own, and what the call takes for its own time. */
  static Forecast fresh(long working, Form... results) {
    long bytes = working;
    for (Form result : results) {
      bytes = Form.plus(bytes, result.bytes());
    }
    return new Forecast(Arrays.asList((Object[]) results), Collections.nCopies(results.length, -1), bytes);
  }

  /** Results that depend on numbers, of that many bytes at most. */
  static Forecast atMost(long bytes) {
    return new Forecast(List.of(), List.of(), bytes);
  }

  /** Whether forms and number of all results are told. */
  public boolean isExact() {
    return !results.isEmpty() && !results.contains(UNKNOWN);
  }
}
