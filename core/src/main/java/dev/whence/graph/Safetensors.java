package dev.whence.graph;

import dev.whence.run.AtomicFiles;
import dev.whence.store.SafetensorsHead;
import dev.whence.torch.Scope;
import dev.whence.torch.Tensor;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/** Tensors by name in a safetensors file, which Python reads without Whence. */
public final class Safetensors {
  private static final int ALIGNMENT = 64;

  private Safetensors() {
  }

  /**
   * A file's tensors in the order of their names in the header, and its metadata.
   *
   * @param tensors over the arena's memory; to be closed before the arena
   * @param metadata text by name
   */
  public record Archive(Map<String, Tensor> tensors, Map<String, String> metadata) implements AutoCloseable {
    /** Copies the maps. */
    public Archive {
      tensors = Collections.unmodifiableMap(new LinkedHashMap<>(tensors));
      metadata = Collections.unmodifiableMap(new LinkedHashMap<>(metadata));
    }

    /** The tensor of that name. @throws IllegalArgumentException if there is none */
    public Tensor tensor(String name) {
      Tensor found = tensors.get(name);
      if (found == null) {
        throw new IllegalArgumentException("no tensor '" + name + "'; known: " + tensors.keySet());
      }
      return found;
    }

    /** Closes the tensors. */
    @Override
    public void close() {
      tensors.values().forEach(Tensor::close);
    }
  }

  /**
   * Reads a file whose header is checked whole before any tensor is made. The numbers are copied into the arena's memory, so
   * that a file which changes later does no harm.
   *
   * @throws CorruptModelException if the header is damaged, or tensors overlap or leave the file
   */
  public static Archive read(Path file, Arena arena) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      SafetensorsHeader header = SafetensorsHeader.read(channel, file);
      MemorySegment content = arena.allocate(Math.max(1, header.dataBytes()), ALIGNMENT);
      fill(channel, header.dataStart(), content.asSlice(0, header.dataBytes()), file);
      var tensors = new LinkedHashMap<String, Tensor>();
      header.entries().forEach((name, entry) -> tensors.put(name, tensor(content, entry)));
      return new Archive(tensors, header.metadata());
    }
  }

  private static Tensor tensor(MemorySegment content, SafetensorsHeader.Entry entry) {
    long[] shape = entry.shape().stream().mapToLong(Long::longValue).toArray();
    MemorySegment own = content.asSlice(entry.begin(), entry.end() - entry.begin());
    try (var _ = Scope.open()) {
      boolean aligned = entry.begin() % entry.dtype().bytes() == 0;
      return Scope.release(own.byteSize() > 0 && aligned
          ? Tensor.over(own, entry.dtype(), shape, strides(shape))
          : Tensor.copyOf(own, entry.dtype(), shape));
    }
  }

  private static long[] strides(long[] shape) {
    long[] strides = new long[shape.length];
    long step = 1;
    for (int i = shape.length - 1; i >= 0; i--) {
      strides[i] = step;
      step *= shape[i];
    }
    return strides;
  }

  private static void fill(FileChannel channel, long start, MemorySegment target, Path file)
      throws IOException {
    long at = 0;
    while (at < target.byteSize()) {
      ByteBuffer block = target.asSlice(at, Math.min(1 << 28, target.byteSize() - at)).asByteBuffer();
      int count = channel.read(block, start + at);
      if (count <= 0) {
        throw new CorruptModelException(file + " ended while it was read");
      }
      at += count;
    }
  }

  /**
   * Writes the tensors in the map's order, little-endian and row-major, to a temporary name first, so that the file appears whole or
   * not at all. Equal tensors and metadata give equal bytes, whatever the order of the metadata.
   */
  public static void write(Path file, Map<String, Tensor> tensors, Map<String, String> metadata)
      throws IOException {
    AtomicFiles.write(file, part -> {
      try (FileChannel channel = FileChannel.open(part, StandardOpenOption.CREATE, StandardOpenOption.WRITE,
          StandardOpenOption.TRUNCATE_EXISTING)) {
        writeAll(channel, ByteBuffer.wrap(header(tensors, metadata)));
        for (Tensor tensor : tensors.values()) {
          writeTensor(channel, tensor);
        }
      }
    });
  }

  private static byte[] header(Map<String, Tensor> tensors, Map<String, String> metadata) {
    var head = new SafetensorsHead(metadata);
    tensors.forEach((name, tensor) -> head.with(name, SafetensorsHeader.code(tensor.dtype()),
        tensor.dtype().bytes(), Arrays.stream(tensor.shape()).boxed().toList()));
    return head.bytes();
  }

  private static void writeTensor(FileChannel channel, Tensor tensor) throws IOException {
    try (var _ = Scope.open()) {
      MemorySegment content = tensor.detach().contiguous().segment();
      for (long at = 0; at < content.byteSize(); at += 1 << 28) {
        writeAll(channel, content.asSlice(at, Math.min(1 << 28, content.byteSize() - at)).asByteBuffer());
      }
    }
  }

  private static void writeAll(FileChannel channel, ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }
}
