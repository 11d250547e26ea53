package dev.whence.app.command;

import dev.whence.app.terminal.Cancellation;
import dev.whence.app.terminal.Terminal;
import dev.whence.run.Version;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** The program itself: holds the commands and says what they are when called without one. */
@Command(name = "whence", mixinStandardHelpOptions = true, versionProvider = WhenceCommand.VersionLine.class, scope = ScopeType.INHERIT, sortOptions = false, usageHelpAutoWidth = true, subcommands = {
    DemoCommand.class, TrainCommand.class, AttributeCommand.class, TopCommand.class, EvaluateCommand.class,
    ReportCommand.class, InspectCommand.class,
    MethodsCommand.class, HelpCommand.class, CompletionCommand.class,
    WarmUpCommand.class}, description = "Says where a model's output came from: which training examples raised or lowered it,"
        + " with a measured score of how far to trust the answer.", footer = {"",
            "Exit codes: 0 done, 1 failed, 2 usage, 3 input data, 4 no suitable JDK, 130 cancelled."})
public final class WhenceCommand implements Runnable {
  @Spec
  private CommandSpec spec;

  @Option(names = "--debug", scope = ScopeType.INHERIT, description = "Prints the stack trace of an error.")
  boolean debug;

  private final Terminal terminal;
  private final Cancellation cancellation;

  WhenceCommand(Terminal terminal, Cancellation cancellation) {
    this.terminal = terminal;
    this.cancellation = cancellation;
  }

  /** Parses the arguments, runs the command they name and returns the exit code; see {@code ExitCode}. */
  public static int execute(Terminal terminal, Cancellation cancellation, String... arguments) {
    return line(terminal, cancellation).execute(arguments);
  }

  static CommandLine line(Terminal terminal, Cancellation cancellation) {
    var whence = new WhenceCommand(terminal, cancellation);
    return new CommandLine(whence)
        .setOut(new PrintWriter(terminal.out(), true, StandardCharsets.UTF_8))
        .setErr(new PrintWriter(terminal.err(), true, StandardCharsets.UTF_8))
        .setColorScheme(CommandLine.Help.defaultColorScheme(Ansi.OFF))
        .setExecutionExceptionHandler(new Failures(terminal))
        .setParameterExceptionHandler(Failures::usage);
  }

  Terminal terminal() {
    return terminal;
  }

  Cancellation cancellation() {
    return cancellation;
  }

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(),
        "say what to do: " + String.join(", ", names(spec.commandLine())));
  }

  /** The names of the commands users are shown, in order. */
  public static List<String> names() {
    return names(line(Terminal.of(OutputStream.nullOutputStream(), OutputStream.nullOutputStream()),
        new Cancellation()));
  }

  private static List<String> names(CommandLine line) {
    return line.getSubcommands().entrySet().stream()
        .filter(command -> !command.getValue().getCommandSpec().usageMessage().hidden())
        .map(Map.Entry::getKey).toList();
  }

  /** The version as the build wrote it. */
  static final class VersionLine implements IVersionProvider {
    @Override
    public String[] getVersion() {
      return new String[]{"whence " + Version.text()};
    }
  }
}
