package dev.whence.data.format;

import dev.whence.data.DataException;
import dev.whence.data.Numbers;
import dev.whence.data.Place;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/** A mapped NPY file, read row by row. Used by one thread. */
final class NpyArray implements AutoCloseable {
  private final Place file;
  private final NpyHeader header;
  private final Arena arena = Arena.ofConfined();
  private final MemorySegment elements;
  private final ValueLayout.OfFloat floats;
  private final ValueLayout.OfDouble doubles;
  private final ValueLayout.OfShort shorts;
  private final ValueLayout.OfInt ints;
  private final ValueLayout.OfLong longs;

  NpyArray(Path path) throws IOException {
    file = Place.of(path);
    try (FileChannel channel = FileChannel.open(path)) {
      header = NpyHeader.read(channel, file);
      elements = channel.map(FileChannel.MapMode.READ_ONLY, header.offset(), channel.size() - header.offset(),
          arena);
    } catch (IOException | RuntimeException e) {
      arena.close();
      throw e;
    }
    floats = ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(header.order());
    doubles = ValueLayout.JAVA_DOUBLE_UNALIGNED.withOrder(header.order());
    shorts = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(header.order());
    ints = ValueLayout.JAVA_INT_UNALIGNED.withOrder(header.order());
    longs = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(header.order());
  }

  NpyHeader header() {
    return header;
  }

  Place file() {
    return file;
  }

  /** Adds one row's numbers, row-major whatever the file's order. */
  void numbers(long row, Numbers into) throws DataException {
    List<Long> shape = header.valueShape();
    if (header.kind() == 'U' || header.kind() == 'S') {
      throw new DataException("a number is wanted, the array holds texts");
    }
    long count = shape.stream().reduce(1L, (a, b) -> a * b);
    for (long i = 0; i < count; i++) {
      add(header.fortran() ? fortranIndex(row, i, shape) : row * count + i, into);
    }
    into.shaped(shape);
  }

  /** The row as text. @throws DataException if a row holds more than one element */
  String text(long row) throws DataException {
    if (header.valueShape().stream().anyMatch(extent -> extent != 1)) {
      throw new DataException("an id or a label must be one element a row, got shape " + header.valueShape());
    }
    if (header.kind() == 'U' || header.kind() == 'S') {
      return letters(row);
    }
    var number = new Numbers(header.kind() != 'f', List.of(), 1);
    add(row, number);
    return number.isWhole() ? Long.toString(number.wholeAt(0)) : Double.toString(number.doubleAt(0));
  }

  private String letters(long row) throws DataException {
    byte[] bytes = elements.asSlice(row * header.itemBytes(), header.itemBytes())
        .toArray(ValueLayout.JAVA_BYTE);
    var text = new StringBuilder();
    if (header.kind() == 'S') {
      text.append(new String(bytes, StandardCharsets.UTF_8));
    } else {
      for (int i = 0; i < bytes.length; i += Integer.BYTES) {
        int point = elements.get(ints, row * header.itemBytes() + i);
        if (!Character.isValidCodePoint(point)) {
          throw new DataException("code point " + Integer.toUnsignedString(point) + " is no Unicode");
        }
        text.appendCodePoint(point);
      }
    }
    int end = text.length();
    while (end > 0 && text.charAt(end - 1) == 0) {
      end--;
    }
    return text.substring(0, end);
  }

  private void add(long index, Numbers into) throws DataException {
    long at = index * header.itemBytes();
    boolean signed = header.kind() == 'i';
    switch (header.kind()) {
      case 'f' -> into.add(switch (header.itemBytes()) {
        case 2 -> (double) Float.float16ToFloat(elements.get(shorts, at));
        case 4 -> (double) elements.get(floats, at);
        default -> elements.get(doubles, at);
      });
      default -> into.add(switch (header.itemBytes()) {
        case 1 -> signed
            ? (long) elements.get(ValueLayout.JAVA_BYTE, at)
            : elements.get(ValueLayout.JAVA_BYTE, at) & 0xFFL;
        case 2 -> signed ? (long) elements.get(shorts, at) : elements.get(shorts, at) & 0xFFFFL;
        case 4 -> signed ? (long) elements.get(ints, at) : elements.get(ints, at) & 0xFFFFFFFFL;
        default -> wide(elements.get(longs, at), signed);
      });
    }
  }

  private static long wide(long value, boolean signed) throws DataException {
    if (!signed && value < 0) {
      throw new DataException(Long.toUnsignedString(value) + " is past the range of signed 64-bit integers");
    }
    return value;
  }

  /** Where the row-major i-th element of a row stands when the first axis runs fastest. */
  private long fortranIndex(long row, long i, List<Long> shape) {
    long[] strides = new long[shape.size()];
    long stride = header.rows();
    for (int axis = 0; axis < strides.length; axis++) {
      strides[axis] = stride;
      stride *= shape.get(axis);
    }
    long index = row;
    long rest = i;
    for (int axis = strides.length - 1; axis >= 0; axis--) {
      index += rest % shape.get(axis) * strides[axis];
      rest /= shape.get(axis);
    }
    return index;
  }

  @Override
  public void close() {
    arena.close();
  }
}
