package dev.whence.data.format;

import dev.whence.data.DataException;
import dev.whence.data.Place;
import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PushbackInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/** Opens text files, packed by gzip or not: which, their first bytes tell. */
final class TextFiles {
  private static final String GZIP = ".gz";

  private TextFiles() {
  }

  /** The file's name in lower case, without the ending of gzip. */
  static String plainName(Path path) {
    String name = path.toString().toLowerCase(Locale.ROOT);
    return name.endsWith(GZIP) ? name.substring(0, name.length() - GZIP.length()) : name;
  }

  /** The text's bytes; reading them fails where a packed file is damaged, or unpacks beyond all measure. */
  static InputStream open(Path path) throws IOException {
    var in = new PushbackInputStream(Files.newInputStream(path), 2);
    try {
      byte[] start = in.readNBytes(2);
      in.unread(start);
      boolean packed = start.length == 2 && start[0] == 0x1F && start[1] == (byte) 0x8B;
      return packed ? new Unpacked(in, Place.of(path), Files.size(path)) : in;
    } catch (IOException | RuntimeException e) {
      in.close();
      throw e;
    }
  }

  /** What gzip packed, up to a measure. */
  private static final class Unpacked extends FilterInputStream {
    /** Tables of nothing but zeros are packed to a hundredth; a thousandth is the most that gzip reaches. */
    private static final long RATIO = 200;
    private static final long ALWAYS = 64L << 20;

    private final Place file;
    private final long most;
    private long taken;

    Unpacked(InputStream in, Place file, long size) throws IOException {
      super(unpacking(in, file));
      this.file = file;
      this.most = Math.max(ALWAYS, RATIO * size);
    }

    private static InputStream unpacking(InputStream in, Place file) throws IOException {
      try {
        return new GZIPInputStream(in, 1 << 16);
      } catch (EOFException | ZipException e) {
        throw damaged(file, e);
      }
    }

    static DataException damaged(Place file, IOException e) {
      return new DataException(file, "the gzip file is damaged or cut off; fetch or pack it again", e);
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
      try {
        int read = super.read(target, offset, length);
        taken += Math.max(0, read);
        if (taken > most) {
          throw new DataException(file, "the gzip file unpacks to more than " + RATIO
              + " times its size; if that is meant, unpack it beforehand");
        }
        return read;
      } catch (EOFException | ZipException e) {
        throw damaged(file, e);
      }
    }
  }
}
