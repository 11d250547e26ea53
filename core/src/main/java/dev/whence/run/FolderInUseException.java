package dev.whence.run;

import java.nio.file.Path;

/** A run's folder that another process is writing into. */
public final class FolderInUseException extends IllegalStateException {
  private static final long serialVersionUID = 1L;

  /**
   * In use.
   *
   * @param folder the run's folder
   * @param holder who writes there, such as {@code process 4711, started 2026-01-01T00:00:00Z}
   */
  public FolderInUseException(Path folder, String holder) {
    super(folder + " is in use by " + holder
        + ": wait until it is done, stop it, or choose another folder with --out");
  }
}
