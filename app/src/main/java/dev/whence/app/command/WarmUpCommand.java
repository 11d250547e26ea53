package dev.whence.app.command;

import dev.whence.app.terminal.Terminal;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParentCommand;

/**
 * Runs a little of every command on the demo's data in a folder of its own, so that the JDK can record what a start loads
 * ({@code whence --record-start}).
 */
@Command(name = "warm-up", hidden = true, description = "Runs a little of every command and keeps nothing; whence --record-start"
    + " records it.")
final class WarmUpCommand implements Callable<Integer> {
  @ParentCommand
  private WhenceCommand whence;

  @Override
  public Integer call() throws IOException {
    Path home = DemoCommand.home();
    Path folder = Files.createTempDirectory("whence-warm-up");
    try {
      String run = folder.resolve("run").toString();
      for (List<String> arguments : List.of(List.of("--help"), List.of("methods"),
          List.of("inspect", home.resolve("demo/digits-cnn.pt2").toString()),
          List.of("demo", "--models", "1", "--subsets", "6", "--set", "training.recipe.epochs=1", "--set",
              "data.rows=0..299", "--set", "targets.rows=1500..1519", "--out", run),
          List.of("top", folder.resolve("run/run.yaml").toString()))) {
        silently(arguments);
      }
    } finally {
      delete(folder);
    }
    return 0;
  }

  private void silently(List<String> arguments) {
    var said = new ByteArrayOutputStream();
    int code = WhenceCommand.execute(Terminal.of(OutputStream.nullOutputStream(), said),
        whence.cancellation(), arguments.toArray(String[]::new));
    if (code != 0) {
      throw new IllegalStateException("warming up failed in 'whence " + String.join(" ", arguments) + "': "
          + said.toString(StandardCharsets.UTF_8));
    }
  }

  private static void delete(Path folder) throws IOException {
    List<Path> files;
    try (Stream<Path> found = Files.walk(folder)) {
      files = found.sorted(Comparator.reverseOrder()).toList();
    }
    for (Path file : files) {
      Files.delete(file);
    }
  }
}
