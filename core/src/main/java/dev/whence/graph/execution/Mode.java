package dev.whence.graph.execution;

/** Whether dropout draws and batch norm uses its batch, or neither. One graph serves both. */
public sealed interface Mode {
  /** Dropout off, running statistics read and never written. */
  record Evaluation() implements Mode {
  }

  /**
   * Dropout masks drawn as a function of (seed, step, node); running statistics updated into the result's buffers.
   *
   * @param seed the training run's
   * @param step the optimizer step, from 0
   */
  record Training(long seed, long step) implements Mode {
  }

  /** Dropout off, running statistics read. */
  Mode EVALUATION = new Evaluation();
}
