package dev.whence.app.command;

import dev.whence.app.terminal.ExitCode;
import dev.whence.app.terminal.Terminal;
import dev.whence.run.CancelledException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/** From an exception to one sentence on stderr and an exit code. */
final class Failures implements IExecutionExceptionHandler {
  private final Terminal terminal;

  Failures(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public int handleExecutionException(Exception failure, CommandLine line, ParseResult parsed) {
    terminal.out().flush();
    if (parsed.originalArgs().contains("--debug")) {
      failure.printStackTrace(terminal.err());
    }
    terminal.err().println("whence: " + sentence(failure));
    return code(failure);
  }

  static int usage(ParameterException failure, String[] arguments) {
    CommandLine line = failure.getCommandLine();
    line.getErr().println("whence: " + failure.getMessage());
    UnmatchedArgumentException.printSuggestions(failure, line.getErr());
    line.getErr().println("Try '" + line.getCommandSpec().qualifiedName() + " --help'.");
    return ExitCode.USAGE;
  }

  static int code(Throwable failure) {
    return switch (failure) {
      case CancelledException _ -> ExitCode.CANCELLED;
      case IOException full when isDiskFull(full) -> ExitCode.FAILED;
      case IOException _,UncheckedIOException _ -> ExitCode.INPUT;
      case IllegalArgumentException _ -> ExitCode.USAGE;
      default -> ExitCode.FAILED;
    };
  }

  private static boolean isDiskFull(IOException failure) {
    return String.valueOf(failure.getMessage()).endsWith("No space left on device");
  }

  static String sentence(Throwable failure) {
    String message = failure.getMessage();
    return switch (failure) {
      case NoSuchFileException missing -> "no such file: " + missing.getFile();
      case IOException full when isDiskFull(full) -> message
          + "; free some and run the same command again, it resumes from what is whole";
      case AccessDeniedException denied -> "permission denied: " + denied.getFile();
      case FileAlreadyExistsException present -> "file already exists: " + present.getFile();
      case UncheckedIOException wrapped when wrapped.getCause() != null -> sentence(wrapped.getCause());
      default -> message == null ? failure.getClass().getSimpleName() + " (run again with --debug)" : message;
    };
  }
}
