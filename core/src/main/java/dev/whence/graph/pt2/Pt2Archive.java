package dev.whence.graph.pt2;

import dev.whence.graph.CorruptModelException;
import dev.whence.graph.Limits;
import dev.whence.run.Fingerprint;
import dev.whence.run.Sha256;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/** An open archive: its entries by name without the folder all lie in; every byte read is checked by its checksum. */
final class Pt2Archive implements AutoCloseable {
  private static final int BLOCK = 1 << 20;

  private final FileChannel channel;
  private final Limits limits;
  private final Map<String, ZipDirectory.Entry> entries = new LinkedHashMap<>();
  private final Set<String> checked = new HashSet<>();

  private Pt2Archive(FileChannel channel, Limits limits) {
    this.channel = channel;
    this.limits = limits;
  }

  static Pt2Archive open(Path file, Limits limits) throws IOException {
    FileChannel channel = FileChannel.open(file, StandardOpenOption.READ);
    try {
      var archive = new Pt2Archive(channel, limits);
      archive.index(new ZipDirectory(channel, limits).entries());
      return archive;
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  private void index(List<ZipDirectory.Entry> found) {
    String folder = found.isEmpty() ? "" : found.getFirst().name();
    folder = folder.substring(0, folder.indexOf('/') + 1);
    for (ZipDirectory.Entry entry : found) {
      boolean inside = entry.name().startsWith(folder);
      entries.put(inside ? entry.name().substring(folder.length()) : entry.name(), entry);
    }
  }

  Set<String> names() {
    return entries.keySet();
  }

  long size(String name) throws IOException {
    return entry(name).size();
  }

  /** A small text, or empty if there is no such entry. */
  Optional<String> text(String name) throws IOException {
    return entries.containsKey(name)
        ? Optional.of(new String(bytes(name), java.nio.charset.StandardCharsets.UTF_8))
        : Optional.empty();
  }

  byte[] bytes(String name) throws IOException {
    long size = entry(name).size();
    if (size > limits.textBytes() || size > Integer.MAX_VALUE - 16) {
      throw new CorruptModelException(
          "entry '" + name + "' has " + size + " bytes, more than the " + limits.textBytes()
              + " allowed for text");
    }
    byte[] content = new byte[(int) size];
    read(name, MemorySegment.ofArray(content));
    return content;
  }

  /** Fills the target, whose size is the entry's. */
  void read(String name, MemorySegment target) throws IOException {
    ZipDirectory.Entry entry = entry(name);
    var sum = new CRC32();
    var sink = new Sink() {
      private long at;

      @Override
      public void take(ByteBuffer block) {
        sum.update(block.duplicate());
        MemorySegment source = MemorySegment.ofBuffer(block);
        target.asSlice(at, source.byteSize()).copyFrom(source);
        at += source.byteSize();
      }
    };
    stream(entry, sink);
    requireSum(entry, sum);
    checked.add(name);
  }

  /** Reads whatever was not read yet and compares its checksum. */
  void checkTheRest() throws IOException {
    for (var entry : entries.entrySet()) {
      if (!checked.contains(entry.getKey())) {
        var sum = new CRC32();
        stream(entry.getValue(), sum::update);
        requireSum(entry.getValue(), sum);
      }
    }
  }

  Fingerprint fingerprint() throws IOException {
    MessageDigest digest = Sha256.start();
    stored(0, channel.size(), digest::update);
    return Sha256.finish(digest);
  }

  private interface Sink {
    void take(ByteBuffer block);
  }

  private void stream(ZipDirectory.Entry entry, Sink sink) throws IOException {
    if (entry.method() == 0) {
      stored(entry.start(), entry.packed(), sink);
    } else {
      inflated(entry, sink);
    }
  }

  private void stored(long start, long length, Sink sink) throws IOException {
    ByteBuffer block = ByteBuffer.allocate((int) Math.min(BLOCK, Math.max(1, length)));
    for (long at = 0; at < length;) {
      block.clear().limit((int) Math.min(block.capacity(), length - at));
      int count = channel.read(block, start + at);
      if (count <= 0) {
        throw new CorruptModelException("the archive is damaged: it ended while it was read");
      }
      sink.take(block.flip());
      at += count;
    }
  }

  private void inflated(ZipDirectory.Entry entry, Sink sink) throws IOException {
    try (var inflater = new Inflater(true)) {
      byte[] plain = new byte[BLOCK];
      long[] made = new long[1];
      stored(entry.start(), entry.packed(), block -> {
        inflater.setInput(block);
        drain(inflater, plain, made, entry, sink);
      });
      if (!inflater.finished() || made[0] != entry.size()) {
        throw wrongSize(entry);
      }
    } catch (BadStreamException e) {
      throw new CorruptModelException("the archive is damaged: " + e.getMessage(), e);
    }
  }

  private static void drain(Inflater inflater, byte[] plain, long[] made, ZipDirectory.Entry entry,
      Sink sink) {
    try {
      while (!inflater.needsInput() && !inflater.finished()) {
        int count = inflater.inflate(plain);
        made[0] += count;
        if (made[0] > entry.size() || (count == 0 && inflater.needsDictionary())) {
          throw new BadStreamException("entry '" + entry.name() + "' is longer than its header says");
        }
        sink.take(ByteBuffer.wrap(plain, 0, count).slice());
      }
    } catch (DataFormatException e) {
      throw new BadStreamException("entry '" + entry.name() + "' is no deflated data", e);
    }
  }

  private static final class BadStreamException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    BadStreamException(String message) {
      super(message);
    }

    BadStreamException(String message, Exception cause) {
      super(message, cause);
    }
  }

  private ZipDirectory.Entry entry(String name) throws IOException {
    ZipDirectory.Entry found = entries.get(name);
    if (found == null) {
      throw new CorruptModelException("the archive has no entry '" + name + "'");
    }
    return found;
  }

  private static void requireSum(ZipDirectory.Entry entry, CRC32 sum) throws IOException {
    if (sum.getValue() != entry.crc()) {
      throw new CorruptModelException(
          "the archive is damaged: the checksum of entry '" + entry.name() + "' does not match");
    }
  }

  private static CorruptModelException wrongSize(ZipDirectory.Entry entry) {
    return new CorruptModelException(
        "the archive is damaged: entry '" + entry.name() + "' has another size than its header says");
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
