package dev.whence.store;

import dev.whence.run.Json;
import dev.whence.run.LittleEndian;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The start of a safetensors file: each tensor's type, shape and place, in the order in which they are added. */
public final class SafetensorsHead {
  private final Map<String, Object> members = new LinkedHashMap<>();
  private long offset;

  /**
   * Without tensors yet.
   *
   * @param metadata text by name; empty to leave it out
   */
  public SafetensorsHead(Map<String, String> metadata) {
    if (!metadata.isEmpty()) {
      members.put("__metadata__", new TreeMap<>(metadata));
    }
  }

  /**
   * Adds a tensor, whose numbers follow those of the tensor before.
   *
   * @param dtype the format's name of the element type, such as {@code F32}
   * @param bytes bytes per element
   * @return this
   */
  public SafetensorsHead with(String name, String dtype, int bytes, List<Long> shape) {
    long end = offset + bytes * shape.stream().mapToLong(Long::longValue).reduce(1, (a, b) -> a * b);
    var tensor = new LinkedHashMap<String, Object>();
    tensor.put("dtype", dtype);
    tensor.put("shape", shape);
    tensor.put("data_offsets", List.of(offset, end));
    members.put(name, tensor);
    offset = end;
    return this;
  }

  /** The length, then the text, filled up with blanks so that the numbers begin at a multiple of 64 bytes. */
  public byte[] bytes() {
    byte[] text = Json.compact(members).getBytes(StandardCharsets.UTF_8);
    byte[] framed = new byte[(int) StoreHead.align(8L + text.length)];
    Arrays.fill(framed, (byte) ' ');
    MemorySegment.ofArray(framed).set(LittleEndian.LONG, 0, framed.length - 8L);
    System.arraycopy(text, 0, framed, 8, text.length);
    return framed;
  }
}
