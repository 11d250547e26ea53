package dev.whence.data.format;

import dev.whence.data.DataException;
import dev.whence.data.Place;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Splits bytes into records by RFC 4180: quotes, doubled quotes, line ends inside quotes, LF, CRLF or CR, a byte order
 * mark. Holds one record at a time; blank lines are skipped. Works on bytes, so that a line number is exact whatever
 * the encoding does.
 */
final class CsvParser {
  private static final int END = -1;

  private final InputStream in;
  private final Place file;
  private final byte delimiter;
  private final int longest;
  private final byte[] buffer = new byte[1 << 16];
  private int position;
  private int limit;

  private byte[] record = new byte[1 << 10];
  private int length;
  private int[] ends = new int[16];
  private long[] lines = new long[16];
  private int count;
  private long line = 1;
  private long start = 1;
  /** Whether the current record holds a quoted field: a line of nothing but {@code ""} is not blank. */
  private boolean quotes;

  CsvParser(InputStream in, Place file, char delimiter, int longest) throws IOException {
    this.in = in;
    this.file = file;
    this.delimiter = (byte) delimiter;
    this.longest = longest;
    skipMark();
  }

  /** Number of fields of the current record. */
  int count() {
    return count;
  }

  /** The line, from 1, where a field of the current record begins. */
  long line(int field) {
    return field < count ? lines[field] : start;
  }

  /** Line of the current record's start. */
  long line() {
    return start;
  }

  /** Whether a field of the current record stands in quotes. */
  boolean hasQuotes() {
    return quotes;
  }

  /** A field of the current record. @throws DataException if its bytes are no UTF-8 */
  CharSequence text(int field) throws DataException {
    int from = field == 0 ? 0 : ends[field - 1];
    if (isAscii(from, ends[field])) {
      return new String(record, from, ends[field] - from, StandardCharsets.ISO_8859_1);
    }
    ByteBuffer bytes = ByteBuffer.wrap(record, from, ends[field] - from);
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(bytes);
    } catch (CharacterCodingException e) {
      throw new DataException(file.atLine(lines[field]).in("field " + (field + 1)),
          "the bytes are not UTF-8; save the file as UTF-8", e);
    }
  }

  private boolean isAscii(int from, int end) {
    int together = 0;
    for (int i = from; i < end; i++) {
      together |= record[i];
    }
    return together >= 0;
  }

  /** Reads the next record; false at the end of the file. */
  boolean next() throws IOException {
    do {
      start = line;
      count = 0;
      length = 0;
      if (!fields()) {
        return false;
      }
    } while (count == 1 && length == 0 && !quotes);
    return true;
  }

  /** One record up to and with its line end; false if there is not one byte left. */
  private boolean fields() throws IOException {
    quotes = false;
    int next = read();
    if (next == END) {
      return false;
    }
    while (true) {
      long at = line;
      if (next == '"') {
        quoted(at);
        quotes = true;
        next = read();
        if (next != END && next != delimiter && next != '\n' && next != '\r') {
          throw wrong(line, "text follows a closing quote; double the quotes inside a quoted field");
        }
      } else {
        next = plain(next);
      }
      endField(at);
      if (next != delimiter) {
        endLine(next);
        return true;
      }
      next = read();
    }
  }

  /** Takes an unquoted field; gives the byte after it. */
  private int plain(int first) throws IOException {
    int next = first;
    while (next != END && next != delimiter && next != '\n' && next != '\r') {
      if (next == '"') {
        throw wrong(line, "a quote stands inside an unquoted field; quote the field and double its quotes");
      }
      keep(next);
      next = read();
    }
    return next;
  }

  /** Takes a quoted field behind its opening quote, and the closing quote. */
  private void quoted(long opened) throws IOException {
    while (true) {
      int next = read();
      if (next == END) {
        throw wrong(opened, "a quote opened here is never closed");
      }
      if (next == '"') {
        if (peek() != '"') {
          return;
        }
        read();
      } else if (next == '\n' || (next == '\r' && peek() != '\n')) {
        line++;
      }
      keep(next);
    }
  }

  private void endField(long at) {
    if (count == ends.length) {
      ends = Arrays.copyOf(ends, 2 * count);
      lines = Arrays.copyOf(lines, 2 * count);
    }
    lines[count] = at;
    ends[count++] = length;
  }

  private void endLine(int next) throws IOException {
    if (next == '\r' && peek() == '\n') {
      read();
    }
    line++;
  }

  private void keep(int value) throws IOException {
    if (value == 0) {
      throw wrong(line, "a zero byte; this is no text file in UTF-8");
    }
    if (length == longest) {
      throw wrong(start, "the record is longer than limits.record = " + longest
          + " bytes; a quote may be missing, or raise the limit");
    }
    if (length == record.length) {
      record = Arrays.copyOf(record, (int) Math.min(longest, 2L * length));
    }
    record[length++] = (byte) value;
  }

  private DataException wrong(long at, String problem) {
    return new DataException(file.atLine(at).in("field " + (count + 1)), problem);
  }

  private void skipMark() throws IOException {
    fill();
    if (limit >= 3 && buffer[0] == (byte) 0xEF && buffer[1] == (byte) 0xBB && buffer[2] == (byte) 0xBF) {
      position = 3;
    } else if (limit >= 2 && (buffer[0] & 0xFE) == 0xFE && (buffer[1] & 0xFE) == 0xFE
        && buffer[0] != buffer[1]) {
      throw wrong(1, "the file is UTF-16; save it as UTF-8");
    }
  }

  private int read() throws IOException {
    return position < limit || fill() ? buffer[position++] & 0xFF : END;
  }

  private int peek() throws IOException {
    return position < limit || fill() ? buffer[position] & 0xFF : END;
  }

  private boolean fill() throws IOException {
    position = 0;
    limit = Math.max(0, in.readNBytes(buffer, 0, buffer.length));
    return limit > 0;
  }
}
