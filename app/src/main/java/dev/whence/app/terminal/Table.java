package dev.whence.app.terminal;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;

/** Rows of texts in aligned columns: the first left, the others as told. Not safe for several threads. */
public final class Table {
  private static final String GAP = "  ";
  private final boolean[] right;
  private final List<List<String>> rows = new ArrayList<>();

  /** A table whose columns are aligned by one letter each: {@code l} or {@code r}. */
  public Table(String alignment) {
    right = new boolean[alignment.length()];
    for (int column = 0; column < right.length; column++) {
      right[column] = alignment.charAt(column) == 'r';
    }
  }

  /** Adds a row. @throws IllegalArgumentException unless it has a cell a column */
  public Table row(String... cells) {
    if (cells.length != right.length) {
      throw new IllegalArgumentException("a row must have " + right.length + " cells, got " + cells.length);
    }
    rows.add(List.of(cells));
    return this;
  }

  /** Prints all rows, each after this indent; nothing is padded at a line's end. */
  public void print(PrintStream out, String indent) {
    int[] width = new int[right.length];
    for (List<String> row : rows) {
      for (int column = 0; column < width.length; column++) {
        width[column] = Math.max(width[column], length(row.get(column)));
      }
    }
    for (List<String> row : rows) {
      var line = new StringBuilder(indent);
      for (int column = 0; column < width.length; column++) {
        String fill = " ".repeat(width[column] - length(row.get(column)));
        line.append(right[column] ? fill + row.get(column) : row.get(column) + fill).append(GAP);
      }
      out.println(line.toString().stripTrailing());
    }
  }

  private static int length(String cell) {
    return cell.codePointCount(0, cell.length());
  }
}
