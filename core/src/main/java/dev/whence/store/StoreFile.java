package dev.whence.store;

import dev.whence.run.Undo;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * A file that is written in place. Whoever writes holds its lock. It counts as begun once its magic is there, which is
 * written after everything else; whatever a killed process left before that is written anew.
 */
final class StoreFile implements AutoCloseable {
  private static final int CHUNK = 1 << 24;
  private final Path path;
  private final FileChannel channel;
  private final Arena arena = Arena.ofShared();

  private StoreFile(Path path, FileChannel channel) {
    this.path = path;
    this.channel = channel;
  }

  /** Opens for reading. */
  static StoreFile reading(Path path) throws IOException {
    return new StoreFile(path, FileChannel.open(path, StandardOpenOption.READ));
  }

  /** Opens for writing, alone; makes the file and its folder if missing. */
  static StoreFile writing(Path path) throws IOException {
    Path parent = path.toAbsolutePath().getParent();
    if (parent != null) {
      Files.createDirectories(parent);
    }
    FileChannel channel = FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE,
        StandardOpenOption.CREATE);
    var file = new StoreFile(path, channel);
    try (var undo = Undo.of(file::close)) {
      if (!locks(channel)) {
        throw new FileSystemException(path.toString(), null,
            "is being written by another run; wait until it ends, or stop it");
      }
      return undo.keep(file);
    }
  }

  private static boolean locks(FileChannel channel) throws IOException {
    try {
      return channel.tryLock() != null;
    } catch (OverlappingFileLockException _) { // this very process holds it
      return false;
    }
  }

  Path path() {
    return path;
  }

  long size() throws IOException {
    return channel.size();
  }

  /** Whether the magic was never written. */
  boolean isFresh() throws IOException {
    ByteBuffer magic = ByteBuffer.allocate(StoreHead.MAGIC_BYTES);
    int read = channel.read(magic, 0);
    for (int i = 0; i < read; i++) {
      if (magic.get(i) != 0) {
        return false;
      }
    }
    return true;
  }

  /** Empties the file and gives it all of its head but the magic, zeros up to the size, and the sections. */
  void prepare(byte[] head, long size) throws IOException {
    channel.truncate(0);
    MemorySegment bytes = MemorySegment.ofArray(head);
    write(StoreHead.MAGIC_BYTES, bytes.asSlice(StoreHead.MAGIC_BYTES));
    extend(size);
  }

  /** Writes the magic: from now on the file counts. */
  void begin(byte[] head) throws IOException {
    force();
    write(0, MemorySegment.ofArray(head).asSlice(0, StoreHead.MAGIC_BYTES));
    force();
  }

  /** Lengthens the file by zeros, as a hole where the file system can. */
  void extend(long size) throws IOException {
    if (channel.size() < size) {
      write(size - 1, MemorySegment.ofArray(new byte[1]));
    }
  }

  /** Writes at an offset; different places may be written by several threads. */
  void write(long offset, MemorySegment bytes) throws IOException {
    for (long at = 0; at < bytes.byteSize();) {
      ByteBuffer chunk = bytes.asSlice(at, Math.min(CHUNK, bytes.byteSize() - at)).asByteBuffer();
      while (chunk.hasRemaining()) {
        at += channel.write(chunk, offset + at);
      }
    }
  }

  /** Makes what was written durable. */
  void force() throws IOException {
    channel.force(false);
  }

  /** A view that lives until close. */
  MemorySegment map(long offset, long size) throws IOException {
    return channel.map(FileChannel.MapMode.READ_ONLY, offset, size, arena);
  }

  @Override
  public void close() throws IOException {
    arena.close();
    channel.close();
  }
}
