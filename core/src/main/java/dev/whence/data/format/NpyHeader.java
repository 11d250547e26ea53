package dev.whence.data.format;

import dev.whence.data.DataException;
import dev.whence.data.Place;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The head of an NPY file, checked against the file's size before anything is mapped.
 *
 * @param kind {@code b i u f} numbers, {@code U S} texts
 * @param itemBytes size of one element
 * @param order byte order of numbers
 * @param fortran whether the first axis runs fastest
 * @param shape all extents, examples first
 * @param offset where the elements begin
 */
record NpyHeader(char kind, int itemBytes, ByteOrder order, boolean fortran, List<Long> shape, long offset) {
  private static final int LONGEST = 1 << 16;
  private static final Pattern ENTRY = Pattern
      .compile("\\s*'(\\w+)'\\s*:\\s*('[^']*'|True|False|\\([0-9,\\s]*\\))\\s*(,|(?=\\}))");
  private static final Pattern TYPE = Pattern
      .compile("'([<>|=]?)(b1|[iu][1248]|f[248]|[US]\\d{1,6})'");

  NpyHeader {
    shape = List.copyOf(shape);
  }

  static NpyHeader read(FileChannel channel, Place file) throws IOException {
    long size = channel.size();
    ByteBuffer head = ByteBuffer.allocate(12).order(ByteOrder.LITTLE_ENDIAN);
    channel.read(head, 0);
    if (size < 12 || !new String(head.array(), 0, 6, StandardCharsets.ISO_8859_1).equals("\u0093NUMPY")) {
      throw new DataException(file, size == 0
          ? "the file is empty"
          : "an NPY file begins with \\x93NUMPY, this one does not; save it with numpy.save");
    }
    int version = head.get(6);
    if (version < 1 || version > 3) {
      throw new DataException(file, "NPY version " + version + " is unknown; known: 1, 2, 3");
    }
    int start = version == 1 ? 10 : 12;
    long length = version == 1 ? head.getShort(8) & 0xFFFF : head.getInt(8) & 0xFFFFFFFFL;
    if (length > LONGEST || start + length > size) {
      throw new DataException(file, "the header says it has " + length + " bytes, the file has " + size
          + "; the file is damaged or cut off");
    }
    ByteBuffer text = ByteBuffer.allocate((int) length);
    channel.read(text, start);
    NpyHeader header = parse(new String(text.array(), StandardCharsets.UTF_8), start + length, file);
    header.checkSize(size, file);
    return header;
  }

  private static NpyHeader parse(String text, long offset, Place file) throws DataException {
    Map<String, String> entries = entries(text, file);
    Matcher type = TYPE.matcher(Objects.requireNonNull(entries.get("descr")));
    if (!type.matches()) {
      throw new DataException(file, "element type " + entries.get("descr")
          + " is not read; known: bool, integers, float16, float32, float64 and texts (objects are pickles)");
    }
    String fortran = entries.get("fortran_order");
    String shape = Objects.requireNonNull(entries.get("shape"));
    if (!("True".equals(fortran) || "False".equals(fortran)) || !shape.startsWith("(")) {
      throw new DataException(file,
          "the header's fortran_order or shape has the wrong form: " + text.strip());
    }
    char kind = type.group(2).charAt(0);
    int count = Integer.parseInt(type.group(2).substring(1));
    ByteOrder order = type.group(1).equals(">") ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN;
    return new NpyHeader(kind, kind == 'U' ? 4 * count : count, order, "True".equals(fortran),
        extents(shape, file),
        offset);
  }

  private static Map<String, String> entries(String text, Place file) throws DataException {
    String body = text.strip();
    var entries = new HashMap<String, String>();
    Matcher matcher = ENTRY.matcher(body);
    int at = 1;
    while (body.startsWith("{") && matcher.region(at, body.length()).lookingAt()) {
      entries.put(matcher.group(1), matcher.group(2));
      at = matcher.end();
    }
    boolean closed = at <= body.length() && body.substring(at).strip().equals("}");
    if (!closed || !entries.keySet().equals(java.util.Set.of("descr", "fortran_order", "shape"))) {
      throw new DataException(file,
          "the header is not that of a plain array; save a numeric array without fields");
    }
    return entries;
  }

  private static List<Long> extents(String text, Place file) throws DataException {
    var extents = new ArrayList<Long>();
    for (String part : text.substring(1, text.length() - 1).split(",", -1)) {
      String digits = part.strip();
      if (digits.isEmpty()) {
        continue;
      }
      if (!digits.matches("\\d{1,18}")) {
        throw new DataException(file, "the header's shape " + text + " has an extent that is no number");
      }
      extents.add(Long.parseLong(digits));
    }
    if (extents.isEmpty()) {
      throw new DataException(file, "the array has no axes; its first axis must count the examples");
    }
    return extents;
  }

  private void checkSize(long size, Place file) throws DataException {
    long bytes = itemBytes;
    for (long extent : shape) {
      bytes = Math.multiplyHigh(bytes, extent) == 0 ? bytes * extent : -1;
      if (bytes < 0) {
        throw new DataException(file, "the header's shape " + shape + " has more bytes than any file");
      }
    }
    if (itemBytes == 0 || bytes != size - offset) {
      throw new DataException(file,
          "the header's shape " + shape + " of " + itemBytes + "-byte elements needs " + bytes
              + " bytes, the file holds " + (size - offset) + "; it is cut off or its header lies");
    }
  }

  /** Extents of one example's value. */
  List<Long> valueShape() {
    return shape.subList(1, shape.size());
  }

  long rows() {
    return shape.getFirst();
  }
}
