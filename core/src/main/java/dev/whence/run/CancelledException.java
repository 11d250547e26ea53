package dev.whence.run;

/** The user asked the run to stop; what was finished stays on disk and is resumed by the next run. */
public final class CancelledException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** Made by {@link Run#checkCancelled}. */
  public CancelledException() {
    super("cancelled; run the same command again to resume from here");
  }
}
