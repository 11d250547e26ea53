package dev.whence.data.format;

import dev.whence.data.DataException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;

/**
 * The chunks of a PNG file, each held against its checksum, which the JDK's decoder does not look at.
 *
 * @param orientation how EXIF says the camera was held, 1 to 8; 1 without
 */
record PngHeader(int orientation) {
  private static final long SIGNATURE = 0x89504E470D0A1A0AL;
  private static final int FRAME = 12;

  static boolean isPng(byte[] file) {
    return file.length >= 8 && ByteBuffer.wrap(file).getLong(0) == SIGNATURE;
  }

  /** @throws DataException without a place, if a chunk that makes up the picture is damaged or the end is missing */
  static PngHeader read(byte[] bytes) throws DataException {
    ByteBuffer file = ByteBuffer.wrap(bytes);
    int orientation = 1;
    int at = 8;
    while (at + FRAME <= bytes.length) {
      long length = file.getInt(at) & 0xFFFFFFFFL;
      String type = new String(bytes, at + 4, 4, StandardCharsets.ISO_8859_1);
      if (at + FRAME + length > bytes.length) {
        break;
      }
      boolean critical = (bytes[at + 4] & 0x20) == 0;
      if (critical && checksum(bytes, at + 4, (int) length + 4) != file.getInt(at + 8 + (int) length)) {
        throw new DataException("the PNG's chunk " + readable(type) + " at byte " + at
            + " does not match its checksum; the file is damaged, fetch or save it again");
      }
      if (type.equals("eXIf")) {
        orientation = Exif.orientation(file.slice(at + 8, (int) length));
      }
      if (type.equals("IEND")) {
        return new PngHeader(orientation);
      }
      at += FRAME + (int) length;
    }
    throw new DataException("the PNG has no end; the file is cut off, fetch or save it again");
  }

  private static int checksum(byte[] bytes, int offset, int length) {
    var crc = new CRC32();
    crc.update(bytes, offset, length);
    return (int) crc.getValue();
  }

  private static String readable(String type) {
    return type.chars().allMatch(c -> c >= 'A' && c <= 'z') ? type : "of unknown type";
  }
}
