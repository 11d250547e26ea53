package dev.whence.torch;

/** A call into libtorch failed; the message is the first line of what libtorch said. */
public final class TorchException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** An error found on this side of the boundary. */
  public TorchException(String message) {
    super(message);
  }

  /** What was being done when libtorch, or a call into it, failed; the message takes the cause's first line. */
  public TorchException(String what, RuntimeException cause) {
    super(what + ": " + firstLine(cause), cause);
  }

  private static String firstLine(RuntimeException cause) {
    String message = String.valueOf(cause.getMessage());
    int end = message.indexOf('\n');
    return end < 0 ? message : message.substring(0, end);
  }
}
