package dev.whence.app.terminal;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.function.IntSupplier;

/**
 * Where results and messages go. Results are for other programs as much as for people, so they have stdout for
 * themselves.
 *
 * @param out results
 * @param err progress, logs and errors
 * @param interactive whether a person watches {@code err}, so that a line may be drawn over
 * @param columns how many fit in a line of {@code err} now; asked anew for each line, as windows are resized
 */
public record Terminal(PrintStream out, PrintStream err, boolean interactive, IntSupplier columns) {
  /** The property by which the launcher says that stderr is a terminal. */
  public static final String INTERACTIVE = "whence.terminal";

  /** The process's own streams, in UTF-8 whatever the locale. */
  public static Terminal ofProcess() {
    boolean interactive = Boolean.getBoolean(INTERACTIVE);
    return new Terminal(stream(new FileOutputStream(FileDescriptor.out)),
        stream(new FileOutputStream(FileDescriptor.err)), interactive,
        interactive ? Window.ofStderr() : () -> Window.USUAL);
  }

  /** A terminal nobody watches, over streams of the caller's. */
  public static Terminal of(OutputStream out, OutputStream err) {
    return new Terminal(stream(out), stream(err), false, () -> Window.USUAL);
  }

  private static PrintStream stream(OutputStream bytes) {
    return new PrintStream(bytes, true, StandardCharsets.UTF_8);
  }

  /** Writes out what is buffered. */
  public void flush() {
    out.flush();
    err.flush();
  }
}
