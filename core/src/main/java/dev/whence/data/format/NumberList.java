package dev.whence.data.format;

import dev.whence.data.DataException;
import dev.whence.data.Decimals;
import dev.whence.data.Numbers;
import java.util.List;

/** Reads a cell of text that is a number, or a list of them: {@code 1 2 3}, {@code 1;2;3} or {@code [1, 2, 3]}. */
final class NumberList {
  private NumberList() {
  }

  static void parse(CharSequence cell, Numbers into) throws DataException {
    if (into.addIfMissing(cell)) {
      into.shaped(List.of());
      return;
    }
    int start = firstInk(cell, 0);
    int end = lastInk(cell, start, cell.length());
    boolean bracketed = end - start >= 2 && cell.charAt(start) == '[' && cell.charAt(end - 1) == ']';
    if (bracketed) {
      start = Math.min(end - 1, firstInk(cell, start + 1));
      end = lastInk(cell, start, end - 1);
    }
    int before = into.size();
    boolean list = elements(cell, start, end, bracketed, into);
    into.shaped(list || bracketed ? List.of((long) into.size() - before) : List.of());
  }

  private static int firstInk(CharSequence cell, int from) {
    int at = from;
    while (at < cell.length() && Character.isWhitespace(cell.charAt(at))) {
      at++;
    }
    return at;
  }

  private static int lastInk(CharSequence cell, int start, int from) {
    int at = from;
    while (at > start && Character.isWhitespace(cell.charAt(at - 1))) {
      at--;
    }
    return at;
  }

  private static boolean elements(CharSequence cell, int start, int end, boolean commas, Numbers into)
      throws DataException {
    if (start == end && !commas) {
      throw new DataException("the value is empty; drop the record or fill it in");
    }
    int at = start;
    boolean list = false;
    while (at < end) {
      int stop = at;
      while (stop < end && !separates(cell.charAt(stop), commas)) {
        stop++;
      }
      Decimals.parse(cell.subSequence(at, stop), into);
      list |= stop < end;
      at = stop < end ? afterSeparator(cell, stop, end, commas) : end;
    }
    return list;
  }

  private static boolean separates(char c, boolean commas) {
    return c == ';' || Character.isWhitespace(c) || (commas && c == ',');
  }

  /** Behind white space and at most one mark. @throws DataException if nothing follows a mark */
  private static int afterSeparator(CharSequence cell, int from, int end, boolean commas)
      throws DataException {
    int at = from;
    boolean marked = false;
    while (at < end && separates(cell.charAt(at), commas)) {
      boolean mark = !Character.isWhitespace(cell.charAt(at));
      if (mark && marked) {
        throw new DataException("two separators follow each other in '" + cell + "'; a number is missing");
      }
      marked |= mark;
      at++;
    }
    if (at == end && marked) {
      throw new DataException("a separator ends the list '" + cell + "'; a number is missing");
    }
    return at;
  }
}
