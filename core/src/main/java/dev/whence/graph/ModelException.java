package dev.whence.graph;

import java.io.IOException;

/** A model file cannot be used; the message says what, where and the way out. */
public abstract sealed class ModelException extends IOException
    permits CorruptModelException, UnsupportedModelException {
  private static final long serialVersionUID = 1L;

  ModelException(String message) {
    super(message);
  }

  ModelException(String message, Throwable cause) {
    super(message, cause);
  }
}
