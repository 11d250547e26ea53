package dev.whence.data;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A range of a file's records, counted from 0, both ends included.
 *
 * @param first first record taken
 * @param last last record taken; Long.MAX_VALUE for up to the end
 */
public record Rows(long first, long last) {
  private static final Pattern FORM = Pattern.compile("(\\d{1,18})?\\.\\.(\\d{1,18})?");

  /** All records. */
  public static final Rows ALL = new Rows(0, Long.MAX_VALUE);

  /** Checks the bounds. */
  public Rows {
    if (first < 0 || last < first) {
      throw new IllegalArgumentException(
          "rows must be FIRST..LAST with 0 <= FIRST <= LAST, got " + first + ".." + last);
    }
  }

  /** Reads {@code 0..1499}, {@code 1500..} or {@code ..99}. */
  public static Rows parse(String text) {
    Matcher matcher = FORM.matcher(text.strip());
    if (!matcher.matches()) {
      throw new IllegalArgumentException(
          "rows must be FIRST..LAST counted from 0, such as 0..1499 or 1500.., got '" + text + "'");
    }
    String first = matcher.group(1);
    String last = matcher.group(2);
    return new Rows(first == null ? 0 : Long.parseLong(first),
        last == null ? Long.MAX_VALUE : Long.parseLong(last));
  }

  boolean contains(long row) {
    return row >= first && row <= last;
  }

  /** As {@link #parse} reads it. */
  @Override
  public String toString() {
    return first + ".." + (last == Long.MAX_VALUE ? "" : last);
  }
}
