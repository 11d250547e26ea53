package dev.whence.run;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Amounts of memory as people write them: {@code 800m}, {@code 2g}, {@code 2 GiB}, or plain bytes. */
public final class ByteSize {
  private static final Pattern WRITTEN = Pattern.compile("(\\d{1,12}(?:\\.\\d{1,6})?)\\s*([kmgt]?)(i?b)?");

  private ByteSize() {
  }

  /**
   * The bytes of a text; {@code k}, {@code m}, {@code g} and {@code t} are powers of 1024.
   *
   * @throws IllegalArgumentException if it is no amount of at least one byte
   */
  public static long parse(String text) {
    Matcher written = WRITTEN.matcher(text.strip().toLowerCase(Locale.ROOT));
    double bytes = written.matches()
        ? Double.parseDouble(written.group(1))
            * (1L << (10 * ("kmgt".indexOf(written.group(2)) + unit(written))))
        : 0;
    if (bytes < 1 || bytes > Long.MAX_VALUE / 2.0) {
      throw new IllegalArgumentException(
          "must be an amount of memory such as 800m or 2g, got '" + text + "'");
    }
    return (long) bytes;
  }

  /** 1 where a unit is named, since the first is 1024; 0 for plain bytes. */
  private static int unit(Matcher written) {
    return written.group(2).isEmpty() ? 0 : 1;
  }
}
