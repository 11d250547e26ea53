package dev.whence.data;

/**
 * A spot in a data file, as far as it is known.
 *
 * @param file the file as the caller named it; empty if unknown
 * @param line counted from 1, for text formats; 0 if unknown or without meaning
 * @param row the record counted from 0, for formats without lines; -1 if unknown or without meaning
 * @param column the column's name, or where in the line; empty if unknown
 */
public record Place(String file, long line, long row, String column) {
  /** A whole file. */
  public static Place of(Object file) {
    return new Place(file.toString(), 0, -1, "");
  }

  /** The same file at a line, counted from 1. */
  public Place atLine(long number) {
    return new Place(file, number, row, column);
  }

  /** The same file at a record, counted from 0. */
  public Place atRow(long number) {
    return new Place(file, line, number, column);
  }

  /** The same spot in a column. */
  public Place in(String name) {
    return new Place(file, line, row, name);
  }

  /** For messages, such as {@code digits.csv, line 12, column 'label'}. */
  @Override
  public String toString() {
    String text = file + (line > 0 ? ", line " + line : "") + (row >= 0 ? ", row " + row : "")
        + (column.isEmpty() ? "" : ", column '" + column + "'");
    return text.startsWith(", ") ? text.substring(2) : text;
  }
}
