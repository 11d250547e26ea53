package dev.whence.run;

/**
 * Frees what was opened or made if the block it guards fails, and leaves it alone if the block says that it succeeded:
 * {@code try (var undo = Undo.of(file::close)) { check(file); return undo.keep(file); }}. What the freeing throws is
 * suppressed by the failure. Belongs to one thread.
 *
 * @param <E> what the freeing may throw
 */
public final class Undo<E extends Exception> implements AutoCloseable {
  private final Action<E> action;
  private boolean succeeded;

  private Undo(Action<E> action) {
    this.action = action;
  }

  /** Frees something. */
  @FunctionalInterface
  public interface Action<E extends Exception> {
    /** Frees it. */
    void run() throws E;
  }

  /** Does that when it is closed, unless the block has succeeded by then. */
  public static <E extends Exception> Undo<E> of(Action<E> action) {
    return new Undo<>(action);
  }

  /** The block has succeeded with this result, which belongs to the caller. */
  public <T> T keep(T result) {
    succeeded = true;
    return result;
  }

  /** The block has succeeded. */
  public void succeed() {
    succeeded = true;
  }

  @Override
  public void close() throws E {
    if (!succeeded) {
      action.run();
    }
  }
}
