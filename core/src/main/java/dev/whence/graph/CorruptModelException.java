package dev.whence.graph;

/** A model file is damaged, truncated, or was made to do harm: its content contradicts itself or breaks a limit. */
public final class CorruptModelException extends ModelException {
  private static final long serialVersionUID = 1L;

  /** The message names the file, the place in it and what is wrong. */
  public CorruptModelException(String message) {
    super(message);
  }

  /** As {@link #CorruptModelException(String)}, with what was thrown below. */
  public CorruptModelException(String message, Throwable cause) {
    super(message, cause);
  }
}
