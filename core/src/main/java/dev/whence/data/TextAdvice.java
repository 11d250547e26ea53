package dev.whence.data;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.regex.Pattern;

/** What to do with a column of texts where numbers are wanted: that depends on what the texts are. */
final class TextAdvice {
  private static final int LOOKED_AT = 500;
  private static final int SHOWN = 5;
  private static final int FEW = 20;
  private static final Pattern DATE = Pattern.compile("\\d{1,4}[-/.]\\d{1,2}[-/.]\\d{1,4}.*");

  private TextAdvice() {
  }

  /** The error with the way out, if it is about a text. */
  static DataException added(DataException e, RecordReader reader, int field) throws IOException {
    boolean text = e.problem().startsWith("'") || e.problem().contains("got the text");
    return text ? new DataException(e.place(), e.problem() + of(reader, field), e.getCause()) : e;
  }

  /**
   * Looks at the records from the current one on, of which the reader will not be asked again.
   *
   * @return the way out, beginning with a semicolon; empty where the value is no text
   */
  private static String of(RecordReader reader, int field) throws IOException {
    var texts = new ArrayList<String>();
    try {
      do {
        texts.add(reader.text(field).strip());
      } while (texts.size() < LOOKED_AT && reader.next());
    } catch (DataException _) {
      // what comes later has a message of its own, once this is mended
    }
    return texts.isEmpty() ? "" : about(reader.fields().get(field), texts);
  }

  private static String about(String name, List<String> texts) {
    String quoted = Keys.quoted(name);
    if (Mapping.MISSING.contains(texts.getFirst().toLowerCase(java.util.Locale.ROOT))) {
      return "; if it stands for a missing value, state what stands in: {from: " + quoted
          + ", impute: median} (docs/tabular.md)";
    }
    var different = new LinkedHashSet<>(texts);
    double words = texts.stream().mapToInt(text -> text.split("\\s+", -1).length).average().orElse(0);
    if (DATE.matcher(texts.getFirst()).matches()) {
      return "; the column holds dates: give numbers made from them, such as the year or the day of the week";
    }
    if (words > 4) {
      return "; the column holds texts: a model reads them as token numbers, so run its tokenizer and give the column of these,"
          + " such as {from: input_ids, dtype: int64, length: 128}; text: " + quoted
          + " shows the words in reports (docs/text.md)";
    }
    if (different.size() > FEW && different.size() > texts.size() / 2) {
      return "; the column holds another name in nearly every record, such as an id: take another column, or state id: "
          + quoted;
    }
    return "; the column holds categories ("
        + String.join(", ", different.stream().limit(SHOWN).map(Keys::quoted).toList())
        + (different.size() > SHOWN ? ", …" : "") + "): for a numeric input give {from: " + quoted
        + ", encode: one-hot}, for the input of an embedding {from: " + quoted
        + ", encode: ordinal, dtype: int64}, or take another column (docs/tabular.md)";
  }
}
