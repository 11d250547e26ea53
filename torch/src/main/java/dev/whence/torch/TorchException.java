package dev.whence.torch;

/** A call into libtorch failed; the message is the first line of what libtorch said. */
public final class TorchException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** Whether the message names where in a model it happened. */
  private final boolean placed;

  /** An error found on this side of the boundary. */
  public TorchException(String message) {
    super(message);
    this.placed = false;
  }

  /** What was being done when libtorch, or a call into it, failed; the message takes the cause's first line. */
  public TorchException(String what, RuntimeException cause) {
    super(what + ": " + firstLine(cause), cause);
    this.placed = cause instanceof TorchException inner && inner.placed;
  }

  /** The same with the place it happened at in front, unless a place is told already. */
  public TorchException at(String place) {
    return placed ? this : new TorchException(place + ": " + getMessage(), this, true);
  }

  private TorchException(String message, RuntimeException cause, boolean placed) {
    super(message, cause);
    this.placed = placed;
  }

  private static String firstLine(RuntimeException cause) {
    String message = String.valueOf(cause.getMessage());
    int end = message.indexOf('\n');
    return end < 0 ? message : message.substring(0, end);
  }
}
