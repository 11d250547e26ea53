package dev.whence.graph.execution;

/** A graph cannot run in the mode, on the device or with the taps asked for; the message says why and the way out. */
public final class UnsupportedModeException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** The message names the node, what cannot be done and the way out. */
  public UnsupportedModeException(String message) {
    super(message);
  }
}
