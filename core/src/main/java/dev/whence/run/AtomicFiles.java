package dev.whence.run;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/**
 * Files that are there whole or not at all: written under the name {@code NAME.part}, forced to disk, renamed. What a
 * killed process leaves under that name is overwritten by the next one.
 */
public final class AtomicFiles {
  private AtomicFiles() {
  }

  /** Writes a file at the path it is given. */
  @FunctionalInterface
  public interface Writer {
    /** Writes the whole file. */
    void write(Path part) throws IOException;
  }

  /**
   * Replaces the target by what the writer wrote; the target's folder is made if missing. If the writer fails, the
   * target stays as it was.
   */
  public static void write(Path target, Writer writer) throws IOException {
    Path part = part(target);
    Files.createDirectories(folder(target));
    try (var undo = Undo.of(() -> Files.deleteIfExists(part))) {
      writer.write(part);
      publish(target);
      undo.succeed();
    }
  }

  /** Gives the finished file under {@link #part} its name: forced, renamed, the folder forced. */
  public static void publish(Path target) throws IOException {
    force(part(target));
    Files.move(part(target), target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    forceFolder(folder(target));
  }

  /** Replaces the target by a text in UTF-8. */
  public static void writeText(Path target, String text) throws IOException {
    write(target, part -> Files.writeString(part, text));
  }

  /** Replaces the target by these bytes. */
  public static void writeBytes(Path target, byte[] bytes) throws IOException {
    write(target, part -> Files.write(part, bytes));
  }

  /** The name the target has while it is written. */
  public static Path part(Path target) {
    return target.resolveSibling(target.getFileName() + ".part");
  }

  /** The folder a file is in. @throws IllegalArgumentException if the path is that of no file, such as the root */
  public static Path folder(Path target) {
    Path parent = target.toAbsolutePath().getParent();
    if (parent == null) {
      throw new IllegalArgumentException("not a file: " + target);
    }
    return parent;
  }

  private static void force(Path file) throws IOException {
    try (var channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.force(true);
    }
  }

  /** Makes the rename itself durable; only POSIX file systems can open a folder for that. */
  private static void forceFolder(Path folder) throws IOException {
    if (Files.getFileStore(folder).supportsFileAttributeView("posix")) {
      try (var channel = FileChannel.open(folder, StandardOpenOption.READ)) {
        channel.force(true);
      }
    }
  }
}
