package dev.whence.store;

import dev.whence.run.CorruptStoreException;
import dev.whence.run.IncompatibleException;
import dev.whence.run.Json;
import dev.whence.run.LittleEndian;
import dev.whence.run.StoreException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;

/**
 * The head every file of ours begins with: 8 bytes of magic, u32 version, u32 length of the JSON, u32 CRC-32C of all
 * other bytes of the head, 4 zero bytes, the JSON in UTF-8, zeros up to a multiple of 64. Little-endian.
 *
 * @param version of the format
 * @param values the JSON's members
 * @param end where the data begin, a multiple of 64
 */
public record StoreHead(int version, Map<String, Object> values, long end) {
  static final int MAGIC_BYTES = 8;
  private static final int FIXED = 24;
  private static final int CRC_AT = 16;

  /** The bytes of a head, whose magic is 8 ASCII characters. */
  public static byte[] encode(String magic, int version, Map<String, ?> values) {
    byte[] json = Json.compact(values).getBytes(StandardCharsets.UTF_8);
    byte[] name = magic.getBytes(StandardCharsets.US_ASCII);
    if (name.length != MAGIC_BYTES) {
      throw new IllegalArgumentException("a magic is 8 characters, got '" + magic + "'");
    }
    byte[] bytes = new byte[Math.toIntExact(align(FIXED + (long) json.length))];
    MemorySegment head = MemorySegment.ofArray(bytes);
    System.arraycopy(name, 0, bytes, 0, MAGIC_BYTES);
    head.set(LittleEndian.INT, 8, version);
    head.set(LittleEndian.INT, 12, json.length);
    System.arraycopy(json, 0, bytes, FIXED, json.length);
    head.set(LittleEndian.INT, CRC_AT, checksum(head));
    return bytes;
  }

  /**
   * Reads and verifies a head.
   *
   * @param file for messages
   * @param mapped the file from its first byte, at least its head
   * @param magic what the file must begin with
   * @param newest the newest version that can be read
   * @throws CorruptStoreException if it is damaged or of another kind
   * @throws IncompatibleException if it is newer
   */
  public static StoreHead read(Path file, MemorySegment mapped, String magic, int newest)
      throws StoreException {
    if (mapped.byteSize() < 64) {
      throw new CorruptStoreException(file, "it has only " + mapped.byteSize() + " bytes");
    }
    byte[] name = mapped.asSlice(0, MAGIC_BYTES).toArray(ValueLayout.JAVA_BYTE);
    if (!new String(name, StandardCharsets.US_ASCII).equals(magic)) {
      throw new CorruptStoreException(file, "it does not begin with " + magic);
    }
    long length = Integer.toUnsignedLong(mapped.get(LittleEndian.INT, 12));
    long end = align(FIXED + length);
    if (end > mapped.byteSize() || end > Integer.MAX_VALUE) {
      throw new CorruptStoreException(file, "its header claims " + length + " bytes, more than the file has");
    }
    MemorySegment head = mapped.asSlice(0, end);
    if (checksum(head) != head.get(LittleEndian.INT, CRC_AT)) {
      throw new CorruptStoreException(file, "its header does not match its checksum");
    }
    int version = head.get(LittleEndian.INT, 8);
    if (version < 1 || version > newest) {
      throw new IncompatibleException(
          file + " has format version " + version + ", but this Whence reads up to " + newest
              + "; update Whence");
    }
    return new StoreHead(version, parse(file, head.asSlice(FIXED, length)), end);
  }

  /** The next multiple of 64. */
  public static long align(long offset) {
    return (offset + 63) / 64 * 64;
  }

  private static int checksum(MemorySegment head) {
    return Checksum.of(head.asSlice(0, CRC_AT), head.asSlice(CRC_AT + 4));
  }

  private static Map<String, Object> parse(Path file, MemorySegment json) throws CorruptStoreException {
    try {
      return Json.parse(new String(json.toArray(ValueLayout.JAVA_BYTE), StandardCharsets.UTF_8));
    } catch (IllegalArgumentException thrown) {
      var corrupt = new CorruptStoreException(file, "its header is " + thrown.getMessage());
      corrupt.initCause(thrown);
      throw corrupt;
    }
  }
}
