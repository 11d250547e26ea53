package dev.whence.graph;

/** The size of one axis of a graph's input: a number, or a symbol with a range. */
public sealed interface Extent {
  /** Always the same. */
  record Fixed(long size) implements Extent {
  }

  /**
   * Whatever the caller brings, the same wherever the symbol stands.
   *
   * @param symbol such as {@code s77}
   * @param minimum smallest size allowed
   * @param maximum largest size allowed; Long.MAX_VALUE for no bound
   */
  record Symbolic(String symbol, long minimum, long maximum) implements Extent {
  }
}
