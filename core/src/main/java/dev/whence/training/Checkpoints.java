package dev.whence.training;

import dev.whence.graph.Graph;
import dev.whence.graph.Graphs;
import dev.whence.graph.ModelState;
import dev.whence.graph.Safetensors;
import dev.whence.run.IncompatibleException;
import dev.whence.run.Json;
import dev.whence.torch.Scope;
import dev.whence.torch.Tensor;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * Checkpoints as safetensors files: one tensor a parameter and buffer under its name in the model, {@code step}, {@code
 * learning_rate} and what the run was in the metadata. Files trained elsewhere are read by name, exported models too.
 */
public final class Checkpoints {
  static final String STEP = "step";
  static final String RATE = "learning_rate";
  static final String RUN = "run";

  private Checkpoints() {
  }

  /**
   * Writes the file whole or not at all, its folder too; equal checkpoints give equal bytes.
   *
   * @param run what the model comes from, name → value or digest
   */
  public static void write(Path file, Checkpoint checkpoint, Map<String, String> run) throws IOException {
    var tensors = new LinkedHashMap<String, Tensor>(checkpoint.state().parameters());
    checkpoint.state().buffers().forEach((name, tensor) -> {
      if (tensors.put(name, tensor) != null) {
        throw new IllegalArgumentException("the model has a parameter and a buffer named '" + name + "'");
      }
    });
    Safetensors.write(file, tensors, metadata(checkpoint.step(), checkpoint.learningRate(), run));
  }

  static Map<String, String> metadata(OptionalLong step, OptionalDouble learningRate,
      Map<String, String> run) {
    var metadata = new LinkedHashMap<String, String>();
    step.ifPresent(known -> metadata.put(STEP, Long.toString(known)));
    learningRate.ifPresent(known -> metadata.put(RATE, Double.toString(known)));
    metadata.put(RUN, Json.compact(run));
    return metadata;
  }

  /**
   * Reads a checkpoint of the graph's model, made here or elsewhere: safetensors, or an exported model file of the same graph,
   * whose numbers are taken. The caller closes it. Step and rate are empty where the file does not tell. Buffers that
   * training does not change may be missing: the model file's are taken.
   *
   * @throws IncompatibleException listing the names that are missing, unknown, or of another shape or type, or naming the
   *     first call in which an exported graph differs
   * @throws dev.whence.graph.ModelException if the file is damaged or cannot be read
   */
  public static Checkpoint read(Path file, Graph graph) throws IOException {
    return isExported(file) ? exported(file, graph) : safetensors(file, graph);
  }

  /** A zip archive, as exported models are; safetensors begin with the length of their header. */
  private static boolean isExported(Path file) throws IOException {
    if (file.toString().endsWith(".pt2")) {
      return true;
    }
    if (!Files.isRegularFile(file) || file.toString().endsWith(".safetensors")) {
      return false;
    }
    try (InputStream in = Files.newInputStream(file)) {
      return Arrays.equals(in.readNBytes(4), new byte[]{'P', 'K', 3, 4});
    }
  }

  private static Checkpoint exported(Path file, Graph graph) throws IOException {
    try (Graph other = Graphs.read(file, graph.details().limits()); var _ = Scope.open()) {
      var tensors = new LinkedHashMap<>(other.state().parameters());
      tensors.putAll(other.state().buffers());
      new CheckpointNames(file, graph).check(TiedNames.resolved(file, tensors, Map.of(), graph));
      Optional<String> difference = SameGraph.difference(graph, other);
      if (difference.isPresent()) {
        throw new IncompatibleException(file + " holds another graph than the model: " + difference.get()
            + "; export it as the model was exported, or save its numbers as safetensors");
      }
      return new Checkpoint(state(graph, tensors));
    }
  }

  private static Checkpoint safetensors(Path file, Graph graph) throws IOException {
    try (var arena = Arena.ofConfined(); var _ = Scope.open(); var archive = Safetensors.read(file, arena)) {
      Map<String, Tensor> tensors = TiedNames.resolved(file, archive.tensors(), archive.metadata(), graph);
      new CheckpointNames(file, graph).check(tensors);
      OptionalDouble step = number(file, archive.metadata(), STEP);
      return new Checkpoint(state(graph, tensors),
          step.isPresent() ? OptionalLong.of((long) step.getAsDouble()) : OptionalLong.empty(),
          number(file, archive.metadata(), RATE));
    }
  }

  private static ModelState state(Graph graph, Map<String, Tensor> tensors) {
    var parameters = new LinkedHashMap<String, Tensor>();
    graph.state().parameters()
        .forEach((name, tensor) -> parameters.put(name, owned(tensors.getOrDefault(name, tensor))));
    var buffers = new LinkedHashMap<String, Tensor>();
    graph.state().buffers()
        .forEach((name, tensor) -> buffers.put(name, owned(tensors.getOrDefault(name, tensor))));
    return new ModelState(parameters, buffers);
  }

  /** Reads the file to no other end than to throw what {@link #read} would. */
  public static void check(Path file, Graph graph) throws IOException {
    read(file, graph).close();
  }

  private static Tensor owned(Tensor tensor) {
    return Scope.release(tensor.copy());
  }

  private static OptionalDouble number(Path file, Map<String, String> metadata, String key)
      throws IncompatibleException {
    String text = metadata.get(key);
    if (text == null) {
      return OptionalDouble.empty();
    }
    double value = parsed(text);
    if (!(value >= 0 && Double.isFinite(value))) {
      throw new IncompatibleException(
          file + ": the metadata's " + key + " must be a finite number >= 0, got '" + text
              + "'; mend it, or leave it out where it is not known");
    }
    return OptionalDouble.of(value);
  }

  /** NaN for what is no number. */
  private static double parsed(String text) {
    try {
      return Double.parseDouble(text);
    } catch (NumberFormatException _) {
      return Double.NaN;
    }
  }

  /** What the file says it was made for; empty if it was made elsewhere. */
  static Map<String, String> run(Map<String, String> metadata) {
    var run = new LinkedHashMap<String, String>();
    String text = metadata.get(RUN);
    if (text != null) {
      Json.parse(text).forEach((name, value) -> run.put(name, String.valueOf(value)));
    }
    return run;
  }
}
