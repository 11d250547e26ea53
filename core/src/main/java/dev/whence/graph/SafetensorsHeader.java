package dev.whence.graph;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.whence.torch.DType;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The checked header of a safetensors file.
 *
 * @param dataStart where the numbers begin in the file
 * @param dataBytes how many bytes they take
 * @param entries by name, in the header's order
 * @param metadata text by name
 */
record SafetensorsHeader(long dataStart, long dataBytes, Map<String, Entry> entries,
    Map<String, String> metadata) {
  private static final int LONGEST = 100_000_000;
  private static final ObjectMapper JSON = new ObjectMapper(JsonFactory.builder()
      .streamReadConstraints(StreamReadConstraints.builder().maxNestingDepth(8).maxNumberLength(30).build())
      .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build());

  /** Where a tensor lies, from {@code begin} to {@code end} after the header. */
  record Entry(DType dtype, List<Long> shape, long begin, long end) {
    Entry {
      shape = List.copyOf(shape);
    }
  }

  static SafetensorsHeader read(FileChannel channel, Path file) throws IOException {
    long size = channel.size();
    long length = size < 8 ? -1 : bytes(channel, 0, 8, file).getLong(0);
    if (length < 2 || length > LONGEST || length > size - 8) {
      throw new CorruptModelException(file + " is no safetensors file, or is cut off"
          + "; write it with safetensors.torch.save_file (torch.save writes pickles, which are not read)");
    }
    byte[] text = new byte[(int) length];
    bytes(channel, 8, (int) length, file).get(text);
    try {
      return parse(JSON.readTree(text), length + 8, size - 8 - length, file);
    } catch (JsonProcessingException e) {
      throw new CorruptModelException(file + ": its header is no sound JSON", e);
    }
  }

  private static SafetensorsHeader parse(JsonNode root, long start, long available, Path file)
      throws IOException {
    require(root.isObject(), file, "its header is no object");
    var entries = new LinkedHashMap<String, Entry>();
    var metadata = new LinkedHashMap<String, String>();
    for (var property : root.properties()) {
      if (property.getKey().equals("__metadata__")) {
        property.getValue().properties()
            .forEach(text -> metadata.put(text.getKey(), text.getValue().asText()));
      } else {
        entries.put(property.getKey(), entry(property.getKey(), property.getValue(), available, file));
      }
    }
    requireDense(entries, available, file);
    return new SafetensorsHeader(start, available, entries, metadata);
  }

  private static Entry entry(String name, JsonNode json, long available, Path file) throws IOException {
    JsonNode offsets = json.path("data_offsets");
    JsonNode sizes = json.path("shape");
    boolean complete = json.path("dtype").isTextual() && offsets.isArray() && offsets.size() == 2
        && sizes.isArray()
        && sizes.size() <= 64;
    require(complete, file, "tensor '" + name + "' lacks dtype, shape or data_offsets");
    DType dtype = dtype(json.path("dtype").textValue(), name, file);
    var shape = new ArrayList<Long>();
    long bytes = dtype.bytes();
    for (JsonNode extent : sizes) {
      long value = whole(extent, name, file);
      shape.add(value);
      require(value == 0 || bytes <= available / value, file,
          "tensor '" + name + "' is larger than the file");
      bytes *= value;
    }
    long begin = whole(offsets.get(0), name, file);
    long end = whole(offsets.get(1), name, file);
    require(begin <= end && end <= available && end - begin == bytes, file,
        "tensor '" + name + "' of " + bytes + " bytes lies at " + begin + " to " + end + " of " + available);
    return new Entry(dtype, shape, begin, end);
  }

  /** The format asks for tensors without gaps and overlaps. */
  private static void requireDense(Map<String, Entry> entries, long available, Path file) throws IOException {
    var ordered = new ArrayList<>(entries.values());
    ordered.sort(Comparator.comparingLong(Entry::begin).thenComparingLong(Entry::end));
    long at = 0;
    for (Entry entry : ordered) {
      require(entry.begin == at, file, "its tensors overlap or leave a gap at byte " + at);
      at = entry.end;
    }
    require(at == available, file, "it has " + (available - at) + " bytes that belong to no tensor");
  }

  private static long whole(JsonNode number, String name, Path file) throws IOException {
    boolean sound = number.isIntegralNumber() && number.canConvertToLong() && number.longValue() >= 0;
    require(sound, file, "tensor '" + name + "' has " + number + " where a size belongs");
    return number.longValue();
  }

  private static ByteBuffer bytes(FileChannel channel, long at, int length, Path file) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
    while (buffer.hasRemaining()) {
      require(channel.read(buffer, at + buffer.position()) > 0, file, "it ended while it was read");
    }
    return buffer.flip();
  }

  private static void require(boolean condition, Path file, String otherwise) throws CorruptModelException {
    if (!condition) {
      throw new CorruptModelException(file + " is a damaged safetensors file: " + otherwise);
    }
  }

  /** The format's name of an element type. */
  static String code(DType dtype) {
    return switch (dtype) {
      case FLOAT32 -> "F32";
      case FLOAT64 -> "F64";
      case BFLOAT16 -> "BF16";
      case FLOAT16 -> "F16";
      case INT64 -> "I64";
      case INT32 -> "I32";
      case INT16 -> "I16";
      case INT8 -> "I8";
      case UINT8 -> "U8";
      case BOOL -> "BOOL";
      case COMPLEX64 -> "C64";
      case COMPLEX128 -> "C128"; // the format has no name for it; this one is ours
    };
  }

  private static DType dtype(String code, String name, Path file) throws IOException {
    for (DType dtype : DType.values()) {
      if (code(dtype).equals(code)) {
        return dtype;
      }
    }
    throw new UnsupportedModelException(file + ": tensor '" + name + "' has the element type " + code
        + ", which is not supported; convert it to F32");
  }
}
