package dev.whence.app.command;

import dev.whence.app.terminal.Terminal;
import dev.whence.run.AtomicFiles;
import dev.whence.run.Json;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Stack;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.IParameterPreprocessor;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;

/**
 * The flag {@code --json}, the same for every command: alone it prints JSON in place of the tables, with a file it writes
 * JSON there beside the tables. What it holds is in {@code docs/json.md}.
 */
final class JsonOption {
  private static final String STDOUT = "-";

  @Option(names = "--json", paramLabel = "FILE", arity = "0..1", fallbackValue = STDOUT, preprocessor = Destination.class, description = "Prints JSON in"
      + " place of the tables; with a FILE ending in .json (or any, as --json=FILE) writes it there and prints the tables too.")
  private String destination = "";

  /** Whether people get to see tables: not where JSON has stdout for itself. */
  boolean tables() {
    return !destination.equals(STDOUT);
  }

  /** Writes the values to where the flag says, if it was given. */
  void write(Terminal terminal, Supplier<?> values) throws IOException {
    if (destination.isEmpty()) {
      return;
    }
    String text = Json.pretty(Objects.requireNonNull(finite(values.get())));
    if (tables()) {
      AtomicFiles.writeText(Path.of(destination).toAbsolutePath(), text);
    } else {
      terminal.out().print(text);
    }
  }

  /** The same with null for numbers that are not finite: JSON has none. */
  static @Nullable Object finite(@Nullable Object value) {
    return switch (value) {
      case Double number when !Double.isFinite(number) -> null;
      case Float number when !Float.isFinite(number) -> null;
      case Map<?, ?> map -> {
        var copy = new LinkedHashMap<Object, @Nullable Object>();
        map.forEach((key, entry) -> copy.put(key, finite(entry)));
        yield copy;
      }
      case Collection<?> list -> {
        var copy = new ArrayList<@Nullable Object>();
        list.forEach(entry -> copy.add(finite(entry)));
        yield copy;
      }
      case null, default -> value;
    };
  }

  /** Takes the next argument for the file only where it looks like one: a run file or a model may stand there, too. */
  static final class Destination implements IParameterPreprocessor {
    @Override
    public boolean preprocess(Stack<String> arguments, CommandSpec command, ArgSpec option,
        Map<String, Object> info) {
      boolean attached = "=".equals(info.get("separator"));
      if (!attached && !arguments.isEmpty() && !arguments.peek().endsWith(".json")) {
        arguments.push(STDOUT);
      }
      return false; // picocli takes what is on top
    }
  }
}
