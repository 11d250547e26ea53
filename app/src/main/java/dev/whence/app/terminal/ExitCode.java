package dev.whence.app.terminal;

/** What the process's exit code means; the same for every command. */
public final class ExitCode {
  /** Done as asked. */
  public static final int OK = 0;
  /** The work failed, or a check did not hold. */
  public static final int FAILED = 1;
  /** The command line, the run file or a setting is wrong. */
  public static final int USAGE = 2;
  /** A model, a data file, a store or a run's folder cannot be used: damaged, or made for something else. */
  public static final int INPUT = 3;
  /** No suitable JDK; given by the launcher. */
  public static final int NO_JDK = 4;
  /** Cancelled by the user. */
  public static final int CANCELLED = 130;

  private ExitCode() {
  }
}
