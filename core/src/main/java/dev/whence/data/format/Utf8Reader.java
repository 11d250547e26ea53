package dev.whence.data.format;

import dev.whence.data.DataException;
import dev.whence.data.Place;
import java.io.IOException;
import java.io.InputStream;
import java.io.Reader;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;

/**
 * The characters of a UTF-8 file, a byte order mark skipped. Bytes that are no UTF-8 are an error with their line, and so is
 * whatever stretch between two marks is longer than a record may be. Used by one thread.
 */
final class Utf8Reader extends Reader {
  private static final int BLOCK = 1 << 13;

  private final InputStream in;
  private final Place file;
  private final int longest;
  private final CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
  private final ByteBuffer bytes = ByteBuffer.allocate(BLOCK).limit(0);
  private long line = 1;
  private long taken;
  private boolean begun;
  private boolean ended;

  Utf8Reader(InputStream in, Place file, int longest) {
    this.in = in;
    this.file = file;
    this.longest = longest;
  }

  /** Says that a record has ended: the next may be as long again. */
  void markRecord() {
    taken = 0;
  }

  @Override
  public int read(char[] target, int offset, int length) throws IOException {
    CharBuffer into = CharBuffer.wrap(target, offset, length);
    do {
      if (!ended) {
        fill();
      }
      CoderResult result = decoder.decode(bytes, into, ended);
      if (result.isError()) {
        count(into);
        throw new DataException(file.atLine(line), "the bytes are not UTF-8; save the file as UTF-8");
      }
    } while (into.position() == 0 && !(ended && !bytes.hasRemaining()));
    count(into);
    if (!begun && into.position() > 0) {
      begun = true;
      if (target[offset] == '\uFEFF') {
        System.arraycopy(target, offset + 1, target, offset, into.position() - 1);
        return into.position() == 1 ? read(target, offset, length) : into.position() - 1;
      }
    }
    return into.position() == 0 ? -1 : into.position();
  }

  private void fill() throws IOException {
    bytes.compact();
    int room = bytes.remaining();
    int read = room == 0 ? 0 : in.read(bytes.array(), bytes.position(), room);
    ended = read < 0;
    taken += Math.max(0, read);
    bytes.position(bytes.position() + Math.max(0, read)).flip();
    if (taken > longest + 2L * BLOCK) {
      throw new DataException(file.atLine(line), "the record is longer than limits.record = " + longest
          + " bytes; a bracket may be missing, or raise the limit");
    }
  }

  private void count(CharBuffer read) {
    for (int i = read.arrayOffset(); i < read.arrayOffset() + read.position(); i++) {
      line += read.array()[i] == '\n' ? 1 : 0;
    }
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
