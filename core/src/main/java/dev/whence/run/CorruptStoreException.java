package dev.whence.run;

import java.nio.file.Path;

/** A file that is damaged or is not what it claims to be; the message names it, says where, and the way out. */
public final class CorruptStoreException extends StoreException {
  private static final long serialVersionUID = 1L;

  /**
   * Damage found.
   *
   * @param file the file
   * @param finding what is wrong and where, such as {@code block 7 does not match its checksum}
   */
  public CorruptStoreException(Path file, String finding) {
    super(file + " is damaged: " + finding + "; delete it and make it again");
  }
}
