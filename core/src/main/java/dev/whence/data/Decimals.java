package dev.whence.data;

import java.util.regex.Pattern;

/** Reads decimal numbers from text: what CSV and people write, nothing else Java's parser would also take. */
public final class Decimals {
  private static final Pattern FORM = Pattern.compile("[+-]?(\\d+\\.?\\d*|\\.\\d+)([eE][+-]?\\d+)?");
  private static final Pattern NOT_FINITE = Pattern.compile("[+-]?(nan|inf|infinity)",
      Pattern.CASE_INSENSITIVE);
  private static final Pattern COMMA = Pattern.compile("[+-]?\\d+,\\d+");
  private static final int LONGEST = 400;

  private Decimals() {
  }

  /** Adds the number the text is. @throws DataException without a place, if it is none or not finite */
  public static void parse(CharSequence text, Numbers into) throws DataException {
    int length = text.length();
    if (length == 0) {
      throw new DataException("the value is empty; drop the record or fill it in");
    }
    int start = text.charAt(0) == '-' ? 1 : 0;
    long value = 0;
    if (length > start && length - start <= 18) {
      int i = start;
      for (; i < length && text.charAt(i) >= '0' && text.charAt(i) <= '9'; i++) {
        value = value * 10 + (text.charAt(i) - '0');
      }
      if (i == length) {
        into.add(start == 1 ? -value : value);
        return;
      }
    }
    parseAny(text.toString(), into);
  }

  private static void parseAny(String text, Numbers into) throws DataException {
    if (NOT_FINITE.matcher(text).matches()) {
      throw new DataException("'" + text + "' is not a finite number; drop the record or fill the value in");
    }
    if (text.length() > LONGEST || !FORM.matcher(text).matches()) {
      throw new DataException("'" + (text.length() > 40 ? text.substring(0, 40) + "…" : text)
          + "' is not a number; write it as 12, -0.5 or 1e-3"
          + (COMMA.matcher(text).matches() ? ", with a point instead of the comma" : ""));
    }
    try {
      into.add(Long.parseLong(text));
    } catch (NumberFormatException _) {
      into.add(Double.parseDouble(text));
    }
  }
}
