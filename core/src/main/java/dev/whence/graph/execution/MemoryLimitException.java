package dev.whence.graph.execution;

import dev.whence.graph.Limits;

/** A run of a graph would hold more memory than {@link Limits#runBytes} allows. */
public final class MemoryLimitException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** The message names the node, the bytes needed and the limit. */
  public MemoryLimitException(String message) {
    super(message);
  }
}
