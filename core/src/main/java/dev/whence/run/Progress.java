package dev.whence.run;

/** Receives how far a run has come. Implementations are safe for several threads. */
public interface Progress {
  /**
   * Begins a stage; the caller closes it.
   *
   * @param name what is done, in the user's words, such as {@code training 60 models}
   * @param total units of work, or -1 if unknown
   */
  Stage stage(String name, long total);

  /** One stage of a run. */
  interface Stage extends AutoCloseable {
    /** Reports further finished units. */
    void advance(long units);

    /** Ends the stage. */
    @Override
    void close();
  }

  /** Reports nowhere. */
  static Progress silent() {
    return (_, _) -> new Stage() {
      @Override
      public void advance(long units) {
      }

      @Override
      public void close() {
      }
    };
  }
}
