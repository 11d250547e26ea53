package dev.whence.graph;

/** A model file is sound but holds something Whence does not run; the message says the way out. */
public final class UnsupportedModelException extends ModelException {
  private static final long serialVersionUID = 1L;

  /** The message names what is not supported, where it stands and the way out. */
  public UnsupportedModelException(String message) {
    super(message);
  }

  /** The same with the failure it was found by. */
  public UnsupportedModelException(String message, Throwable cause) {
    super(message, cause);
  }
}
