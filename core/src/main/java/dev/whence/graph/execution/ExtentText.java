package dev.whence.graph.execution;

import dev.whence.graph.Extent;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/** Computes an {@link Extent.Expression} such as {@code Add(Mul(2, s77), 1)}. */
final class ExtentText {
  private static final int DEEPEST = 64;

  private final String text;
  private final Map<String, Long> symbols;
  private int at;

  private ExtentText(String text, Map<String, Long> symbols) {
    this.text = text;
    this.symbols = symbols;
  }

  /** The value, or empty where a symbol has none or the expression is of an unknown form. */
  static OptionalLong value(String text, Map<String, Long> symbols) {
    try {
      var reader = new ExtentText(text.replace(" ", ""), symbols);
      long value = reader.read(0);
      return reader.at == reader.text.length() ? OptionalLong.of(value) : OptionalLong.empty();
    } catch (IllegalArgumentException | ArithmeticException _) {
      return OptionalLong.empty();
    }
  }

  private long read(int depth) {
    int start = at;
    while (at < text.length()
        && (Character.isLetterOrDigit(text.charAt(at)) || "_-".indexOf(text.charAt(at)) >= 0)) {
      at++;
    }
    String word = text.substring(start, at);
    if (at < text.length() && text.charAt(at) == '(' && depth < DEEPEST) {
      return function(word, depth);
    }
    Long symbol = symbols.get(word);
    return symbol == null ? Long.parseLong(word) : symbol;
  }

  private long function(String name, int depth) {
    var operands = new ArrayList<Long>();
    do {
      at++;
      operands.add(read(depth + 1));
    } while (at < text.length() && text.charAt(at) == ',');
    if (at >= text.length() || text.charAt(at++) != ')') {
      throw new IllegalArgumentException("an expression is cut off");
    }
    return apply(name, operands);
  }

  private static long apply(String name, List<Long> operands) {
    return switch (name) {
      case "Add" -> operands.stream().reduce(0L, Math::addExact);
      case "Mul" -> operands.stream().reduce(1L, Math::multiplyExact);
      case "Max" -> operands.stream().reduce(Long.MIN_VALUE, Math::max);
      case "Min" -> operands.stream().reduce(Long.MAX_VALUE, Math::min);
      case "FloorDiv" -> Math.floorDiv(operands.getFirst(), operands.getLast());
      case "Mod", "PythonMod" -> Math.floorMod(operands.getFirst(), operands.getLast());
      default -> throw new IllegalArgumentException("unknown function " + name);
    };
  }
}
