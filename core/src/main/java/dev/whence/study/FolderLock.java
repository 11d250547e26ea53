package dev.whence.study;

import dev.whence.run.FolderInUseException;
import dev.whence.run.Undo;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The one process that may write into a run's folder. The lock is the system's, on the file {@code run.lock}, which tells
 * process and start time for others to read: it ends with its process, however that ends, and what a killed one leaves there
 * is taken over.
 */
final class FolderLock implements Closeable {
  /** The file's name in the folder. */
  static final String NAME = "run.lock";
  private static final int LONGEST = 1024;

  private final Path file;
  private final FileChannel channel;

  private FolderLock(Path file, FileChannel channel) {
    this.file = file;
    this.channel = channel;
  }

  /**
   * Takes the lock of a folder that is there.
   *
   * @throws FolderInUseException naming the process that holds it, and since when
   */
  static FolderLock take(Path folder) throws IOException {
    Path file = folder.resolve(NAME);
    while (true) {
      Optional<FolderLock> taken = attempt(folder, file);
      if (taken.isPresent()) {
        return taken.get();
      }
    }
  }

  /** @throws FolderInUseException if another process writes there; a folder that is not there is free */
  static void requireFree(Path folder) throws IOException {
    Path file = folder.resolve(NAME);
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      lock(folder, file, channel).release();
    } catch (NoSuchFileException _) {
      // nobody was ever there, or has just left
    }
  }

  /** Empty if the file was removed by its former holder between opening and locking. */
  private static Optional<FolderLock> attempt(Path folder, Path file) throws IOException {
    FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.READ,
        StandardOpenOption.WRITE);
    try (var undo = Undo.of(channel::close)) {
      Object opened = key(file);
      lock(folder, file, channel);
      if (opened == null || !opened.equals(key(file))) {
        return Optional.empty();
      }
      channel.truncate(0);
      channel.write(ByteBuffer.wrap(me().getBytes(StandardCharsets.UTF_8)));
      return undo.keep(Optional.of(new FolderLock(file, channel)));
    }
  }

  private static FileLock lock(Path folder, Path file, FileChannel channel) throws IOException {
    try {
      FileLock lock = channel.tryLock(Long.MAX_VALUE - 1, 1, false);
      if (lock != null) {
        return lock;
      }
    } catch (OverlappingFileLockException _) {
      // this very process holds it
    }
    throw new FolderInUseException(folder, holder(file));
  }

  /** What tells one file of that name from its successor; null if there is none. */
  private static @Nullable Object key(Path file) throws IOException {
    try {
      var attributes = Files.readAttributes(file, BasicFileAttributes.class);
      return Objects.requireNonNullElse(attributes.fileKey(), attributes.creationTime());
    } catch (NoSuchFileException _) {
      return null;
    }
  }

  private static String me() {
    ProcessHandle process = ProcessHandle.current();
    Instant started = process.info().startInstant().orElseGet(Instant::now).truncatedTo(ChronoUnit.SECONDS);
    return "process " + process.pid() + ", started " + started + "\n";
  }

  private static String holder(Path file) throws IOException {
    try (var in = Files.newInputStream(file)) {
      String text = new String(in.readNBytes(LONGEST), StandardCharsets.UTF_8).strip();
      return text.startsWith("process ") && text.lines().count() == 1 ? text : "another process";
    } catch (NoSuchFileException _) {
      return "another process";
    }
  }

  @Override
  public void close() throws IOException {
    try (channel) {
      Files.deleteIfExists(file);
    }
  }
}
