package dev.whence.run;

import java.util.List;
import java.util.stream.Collectors;

/** Comma-separated values as RFC 4180 quotes them. */
public final class Csv {
  private Csv() {
  }

  /** A line of these cells, without its end. */
  public static String line(List<String> cells) {
    return cells.stream().map(Csv::cell).collect(Collectors.joining(","));
  }

  /** The text as one cell: in quotes where it holds a comma, a quote, a line's end or blanks at an end. */
  public static String cell(String text) {
    boolean plain = text.equals(text.strip()) && text.chars().noneMatch(c -> ",\"\n\r".indexOf(c) >= 0);
    return plain ? text : "\"" + text.replace("\"", "\"\"") + "\"";
  }
}
