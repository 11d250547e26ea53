package dev.whence.data;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The lines of a UTF-8 file, one in memory at a time; LF or CRLF, a byte order mark is skipped. */
final class Lines {
  private final InputStream in;
  private final Place file;
  private final int longest;
  private final byte[] buffer = new byte[1 << 16];
  private int position;
  private int limit;
  private byte[] line = new byte[1 << 10];
  private long number;

  Lines(InputStream in, Place file, int longest) {
    this.in = in;
    this.file = file;
    this.longest = longest;
  }

  /** Number of the line last read, from 1. */
  long number() {
    return number;
  }

  /** The next line without its end; null after the last. @throws DataException if it is too long or no UTF-8 */
  @Nullable
  String next() throws IOException {
    if (position == limit && !fill()) {
      return null;
    }
    number++;
    int length = 0;
    while (position < limit || fill()) {
      byte value = buffer[position++];
      if (value == '\n') {
        break;
      }
      if (length == longest) {
        throw new DataException(file.atLine(number),
            "the line is longer than limits.record = " + longest + " bytes; break it up, or raise the limit");
      }
      if (length == line.length) {
        line = Arrays.copyOf(line, (int) Math.min(longest, 2L * length));
      }
      line[length++] = value;
    }
    return decoded(length > 0 && line[length - 1] == '\r' ? length - 1 : length);
  }

  private String decoded(int length) throws DataException {
    boolean mark = number == 1 && length >= 3 && line[0] == (byte) 0xEF && line[1] == (byte) 0xBB
        && line[2] == (byte) 0xBF;
    int start = mark ? 3 : 0;
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(line, start, length - start))
          .toString();
    } catch (CharacterCodingException e) {
      throw new DataException(file.atLine(number), "the bytes are not UTF-8; save the file as UTF-8", e);
    }
  }

  private boolean fill() throws IOException {
    position = 0;
    limit = Math.max(0, in.readNBytes(buffer, 0, buffer.length));
    return limit > 0;
  }
}
