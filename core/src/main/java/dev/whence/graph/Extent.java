package dev.whence.graph;

import java.util.List;

/** The size of one axis of a value: a number, a symbol with a range, or an expression of symbols. */
public sealed interface Extent {
  /** Always the same. */
  record Fixed(long size) implements Extent {
    @Override
    public String text() {
      return Long.toString(size);
    }
  }

  /**
   * Whatever the caller brings, the same wherever the symbol stands.
   *
   * @param symbol such as {@code s77}
   * @param minimum smallest size allowed
   * @param maximum largest size allowed; Long.MAX_VALUE for no bound
   */
  record Symbolic(String symbol, long minimum, long maximum) implements Extent {
    @Override
    public String text() {
      return maximum == Long.MAX_VALUE ? symbol + ">=" + minimum : symbol + " in " + minimum + ".." + maximum;
    }
  }

  /**
   * Computed from symbols, such as {@code 2*s77}. The order in which a product's factors lie in memory is not told.
   *
   * @param text as the file writes it, made readable
   * @param symbols those it depends on, each once
   */
  record Expression(String text, List<String> symbols) implements Extent {
    /** Copies the symbols. */
    public Expression {
      symbols = List.copyOf(symbols);
    }
  }

  /** In words: {@code 64}, {@code s77>=1}, {@code s77 in 1..512} or {@code 2*s77}. */
  String text();

  /** Whether the size depends on the symbol. */
  default boolean dependsOn(String symbol) {
    return switch (this) {
      case Fixed _ -> false;
      case Symbolic symbolic -> symbolic.symbol().equals(symbol);
      case Expression expression -> expression.symbols().contains(symbol);
    };
  }
}
