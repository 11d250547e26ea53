package dev.whence.graph.pt2;

import dev.whence.graph.CorruptModelException;
import dev.whence.graph.Limits;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;

/** Reads a zip's table of contents and refuses whatever contradicts itself, overlaps, escapes or breaks a limit. */
final class ZipDirectory {
  private static final int END = 0x06054b50;
  private static final int END64 = 0x06064b50;
  private static final int LOCATOR64 = 0x07064b50;
  private static final int CENTRAL = 0x02014b50;
  private static final int LOCAL = 0x04034b50;
  private static final long LARGE = 0xFFFF_FFFFL;
  private static final int LONGEST_NAME = 1024;
  private static final int LARGEST_DIRECTORY = 1 << 26;

  private final FileChannel channel;
  private final Limits limits;
  private final long size;

  ZipDirectory(FileChannel channel, Limits limits) throws IOException {
    this.channel = channel;
    this.limits = limits;
    this.size = channel.size();
  }

  /** One file in the archive: its data lies at {@code start} and takes {@code packed} bytes. */
  record Entry(String name, int method, long crc, long packed, long size, long start, long header) {
    long end() {
      return start + packed;
    }
  }

  private record End(long entries, long bytes, long offset) {
  }

  List<Entry> entries() throws IOException {
    End end = end();
    require(end.entries <= limits.entries(), "more than " + limits.entries() + " entries: " + end.entries);
    require(end.bytes <= LARGEST_DIRECTORY, "its table of contents has " + end.bytes + " bytes");
    ByteBuffer directory = bytes(end.offset, (int) end.bytes);
    var entries = new ArrayList<Entry>();
    long total = 0;
    for (long i = 0; i < end.entries; i++) {
      Entry entry = central(directory, end.offset);
      entries.add(entry);
      total = Math.addExact(total, entry.size);
      require(total <= limits.archiveBytes(), "more than " + limits.archiveBytes() + " bytes uncompressed");
    }
    require(!directory.hasRemaining(), "its table of contents is longer than its entries");
    requireDisjoint(entries);
    return entries;
  }

  private End end() throws IOException {
    int tail = (int) Math.min(size, 22 + 0xFFFF);
    ByteBuffer buffer = bytes(size - tail, tail);
    for (int at = tail - 22; at >= 0; at--) {
      if (buffer.getInt(at) == END && Short.toUnsignedInt(buffer.getShort(at + 20)) == tail - at - 22) {
        return end(buffer.slice(at, 22).order(ByteOrder.LITTLE_ENDIAN), size - tail + at);
      }
    }
    throw corrupt("it has no zip directory at its end; it may be cut off");
  }

  private End end(ByteBuffer record, long position) throws IOException {
    require(record.getShort(4) == 0 && record.getShort(6) == 0 && record.getShort(8) == record.getShort(10),
        "it is one part of a zip of several");
    long entries = Short.toUnsignedInt(record.getShort(10));
    long bytes = Integer.toUnsignedLong(record.getInt(12));
    long offset = Integer.toUnsignedLong(record.getInt(16));
    if (position >= 20 && bytes(position - 20, 4).getInt(0) == LOCATOR64) {
      End large = end64(position);
      require((entries == 0xFFFF || entries == large.entries) && (bytes == LARGE || bytes == large.bytes)
          && (offset == LARGE || offset == large.offset), "its two zip directories contradict each other");
      return large;
    }
    require(offset + bytes == position, "its zip directory does not lie where its end says");
    return new End(entries, bytes, offset);
  }

  private End end64(long position) throws IOException {
    ByteBuffer locator = bytes(position - 20, 20);
    require(locator.getInt(0) == LOCATOR64 && locator.getInt(4) == 0 && locator.getInt(16) == 1,
        "its large zip directory has no locator");
    long at = locator.getLong(8);
    require(at >= 0 && at <= position - 76, "its large zip directory lies outside the file");
    ByteBuffer record = bytes(at, 56);
    require(record.getInt(0) == END64 && record.getLong(4) == position - 20 - at - 12,
        "its large zip directory is damaged");
    require(record.getInt(16) == 0 && record.getInt(20) == 0 && record.getLong(24) == record.getLong(32),
        "it is one part of a zip of several");
    long bytes = record.getLong(40);
    long offset = record.getLong(48);
    require(bytes >= 0 && offset >= 0 && bytes <= at && offset == at - bytes,
        "its large zip directory lies outside the file");
    return new End(record.getLong(32), bytes, offset);
  }

  private Entry central(ByteBuffer directory, long limit) throws IOException {
    require(directory.remaining() >= 46 && directory.getInt(directory.position()) == CENTRAL,
        "an entry of its zip directory is damaged");
    ByteBuffer fixed = take(directory, 46);
    int flags = Short.toUnsignedInt(fixed.getShort(8));
    int method = Short.toUnsignedInt(fixed.getShort(10));
    int nameLength = Short.toUnsignedInt(fixed.getShort(28));
    int extraLength = Short.toUnsignedInt(fixed.getShort(30));
    int commentLength = Short.toUnsignedInt(fixed.getShort(32));
    require(nameLength > 0 && nameLength <= LONGEST_NAME, "an entry's name has " + nameLength + " bytes");
    require(directory.remaining() >= nameLength + extraLength + commentLength,
        "its zip directory is cut off");
    byte[] nameBytes = new byte[nameLength];
    directory.get(nameBytes);
    String name = checkedName(nameBytes);
    var sizes = new Sizes64(take(directory, extraLength));
    take(directory, commentLength);
    require((flags & 0x2041) == 0, "entry '" + name + "' is encrypted");
    require(method == 0 || method == 8, "entry '" + name + "' is packed by method " + method);
    long unpacked = sizes.next(Integer.toUnsignedLong(fixed.getInt(24)));
    long packed = sizes.next(Integer.toUnsignedLong(fixed.getInt(20)));
    long header = sizes.next(Integer.toUnsignedLong(fixed.getInt(42)));
    require(unpacked >= 0 && packed >= 0 && header >= 0, "entry '" + name + "' has a negative size");
    require(method == 8 || packed == unpacked, "entry '" + name + "' is stored but changes its size");
    require(unpacked <= 4096 || unpacked / limits.compressionRatio() <= packed,
        "entry '" + name + "' unpacks " + packed + " bytes to " + unpacked);
    long start = local(fixed, nameBytes, name, header, limit);
    require(packed <= limit - start, "entry '" + name + "' reaches past the end");
    return new Entry(name, method, Integer.toUnsignedLong(fixed.getInt(16)), packed, unpacked, start, header);
  }

  /** Checks the header before the data against the directory; where the data starts. */
  private long local(ByteBuffer central, byte[] nameBytes, String name, long header, long limit)
      throws IOException {
    require(header <= limit - 30 - nameBytes.length, "entry '" + name + "' lies outside the file");
    ByteBuffer local = bytes(header, 30 + nameBytes.length);
    byte[] repeated = new byte[nameBytes.length];
    local.get(30, repeated);
    boolean described = (local.getShort(6) & 8) != 0;
    require(local.getInt(0) == LOCAL && local.getLong(6) == central.getLong(8)
        && Short.toUnsignedInt(local.getShort(26)) == nameBytes.length
        && java.util.Arrays.equals(repeated, nameBytes), "entry '" + name + "' contradicts the directory");
    boolean same = local.getInt(14) == central.getInt(16) && sameSize(local.getInt(18), central.getInt(20))
        && sameSize(local.getInt(22), central.getInt(24));
    require(described || same, "entry '" + name + "' contradicts the directory");
    long start = header + 30 + nameBytes.length + Short.toUnsignedInt(local.getShort(28));
    require(start <= limit, "entry '" + name + "' lies outside the file");
    return start;
  }

  private static boolean sameSize(int local, int central) {
    return local == central || local == -1 || central == -1;
  }

  private String checkedName(byte[] bytes) throws IOException {
    String name = new String(bytes, StandardCharsets.UTF_8);
    boolean odd = name.chars().anyMatch(c -> c < 0x20 || c == '\\' || c == ':' || c == 0xFFFD);
    require(!odd && !name.startsWith("/"), "an entry's name holds characters that have no place there");
    for (String part : name.split("/", -1)) {
      require(!part.equals("..") && !part.equals("."), "entry '" + name + "' leads out of the archive");
    }
    return name;
  }

  private void requireDisjoint(List<Entry> entries) throws IOException {
    var names = new HashSet<String>();
    for (Entry entry : entries) {
      require(names.add(entry.name), "entry '" + entry.name + "' stands twice");
    }
    var ordered = new ArrayList<>(entries);
    ordered.sort(Comparator.comparingLong(Entry::header));
    for (int i = 1; i < ordered.size(); i++) {
      require(ordered.get(i - 1).end() <= ordered.get(i).header,
          "entries '" + ordered.get(i - 1).name + "' and '" + ordered.get(i).name + "' overlap");
    }
  }

  /** The 64-bit sizes of an extra field, taken in order by those that do not fit 32 bits. */
  private final class Sizes64 {
    private ByteBuffer field = ByteBuffer.allocate(0);

    Sizes64(ByteBuffer extra) throws IOException {
      while (extra.remaining() >= 4) {
        int tag = Short.toUnsignedInt(extra.getShort());
        int length = Short.toUnsignedInt(extra.getShort());
        require(length <= extra.remaining(), "an entry's extra field is cut off");
        ByteBuffer content = take(extra, length);
        if (tag == 1) {
          field = content;
        }
      }
    }

    long next(long small) throws IOException {
      if (small != LARGE) {
        return small;
      }
      require(field.remaining() >= 8, "an entry's large size is missing");
      return field.getLong();
    }
  }

  private static ByteBuffer take(ByteBuffer buffer, int length) {
    ByteBuffer part = buffer.slice(buffer.position(), length).order(ByteOrder.LITTLE_ENDIAN);
    buffer.position(buffer.position() + length);
    return part;
  }

  private ByteBuffer bytes(long at, int length) throws IOException {
    require(at >= 0 && length >= 0 && at <= size - length, "its zip directory points outside the file");
    ByteBuffer buffer = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
    while (buffer.hasRemaining()) {
      require(channel.read(buffer, at + buffer.position()) > 0, "it ended while it was read");
    }
    return buffer.flip();
  }

  private void require(boolean condition, String otherwise) throws IOException {
    if (!condition) {
      throw corrupt(otherwise);
    }
  }

  private static CorruptModelException corrupt(String what) {
    return new CorruptModelException("the archive is damaged: " + what);
  }
}
