package dev.whence.app;

import dev.whence.app.command.WhenceCommand;
import dev.whence.app.terminal.Cancellation;
import dev.whence.app.terminal.Terminal;

/** Starts Whence from a command line. */
public final class Main {
  private Main() {
  }

  /** Runs one command and ends the process with its exit code; an interrupt cancels the run at its next safe point. */
  public static void main(String[] arguments) {
    var terminal = Terminal.ofProcess();
    var cancellation = new Cancellation();
    Runtime.getRuntime().addShutdownHook(new Thread(cancellation::interrupted, "cancel"));
    int code;
    try {
      code = WhenceCommand.execute(terminal, cancellation, arguments);
    } finally {
      terminal.flush();
      cancellation.finished();
    }
    System.exit(code);
  }
}
