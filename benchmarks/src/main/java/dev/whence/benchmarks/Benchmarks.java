package dev.whence.benchmarks;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The benchmarks by name; started by {@code benchmarks/run}. */
public final class Benchmarks {
  private Benchmarks() {
  }

  /**
   * Runs {@code featurize MODELS} or {@code edits MODELS}; {@code memory MODELS MODEL SIDE} is what it starts to measure memory, and
   * {@code command FILE} writes this JVM's executable and class path for {@code benchmarks/run}.
   */
  public static void main(String[] arguments) throws IOException, InterruptedException {
    PrintStream out = System.out;
    String name = arguments.length == 0 ? "" : arguments[0];
    switch (name) {
      case "featurize" -> new Featurize(Path.of(arguments[1]), out).run();
      case "edits" ->
        new Edits(Path.of(arguments[1]).resolve("../../fixtures/demo/digits-cnn.pt2"), out).run();
      case "memory" ->
        out.println(Featurize.memory(Path.of(arguments[1]), arguments[2], Integer.parseInt(arguments[3])));
      case "command" -> Files.write(Path.of(arguments[1]), List.of(
          ProcessHandle.current().info().command().orElseThrow(), System.getProperty("java.class.path")));
      default -> {
        System.err.println("unknown benchmark '" + name + "'; known: featurize, edits");
        System.exit(2);
      }
    }
  }
}
