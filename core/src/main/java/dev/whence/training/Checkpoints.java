package dev.whence.training;

import dev.whence.graph.Graph;
import dev.whence.graph.ModelState;
import dev.whence.graph.Safetensors;
import dev.whence.run.IncompatibleException;
import dev.whence.run.Json;
import dev.whence.torch.Scope;
import dev.whence.torch.Tensor;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Checkpoints as safetensors files: one tensor a parameter and buffer under its name in the model, {@code step}, {@code
 * learning_rate} and what the run was in the metadata. Files trained elsewhere are read by name.
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

  static Map<String, String> metadata(long step, double learningRate, Map<String, String> run) {
    var metadata = new LinkedHashMap<String, String>();
    metadata.put(STEP, Long.toString(step));
    metadata.put(RATE, Double.toString(learningRate));
    metadata.put(RUN, Json.compact(run));
    return metadata;
  }

  /**
   * Reads a checkpoint of the graph's model, made here or elsewhere; the caller closes it. Step and rate are 0 where the file
   * does not tell. Buffers that training does not change may be missing: the model file's are taken.
   *
   * @throws IncompatibleException listing the names that are missing, unknown, or of another shape or type
   * @throws dev.whence.graph.CorruptModelException if the file is damaged
   */
  public static Checkpoint read(Path file, Graph graph) throws IOException {
    try (var arena = Arena.ofConfined(); var _ = Scope.open(); var archive = Safetensors.read(file, arena)) {
      new CheckpointNames(file, graph).check(archive.tensors());
      var parameters = new LinkedHashMap<String, Tensor>();
      graph.state().parameters().keySet()
          .forEach(name -> parameters.put(name, owned(archive.tensor(name))));
      var buffers = new LinkedHashMap<String, Tensor>();
      graph.state().buffers().forEach((name, tensor) -> buffers.put(name,
          owned(archive.tensors().getOrDefault(name, tensor))));
      return new Checkpoint(new ModelState(parameters, buffers),
          (long) number(file, archive.metadata(), STEP), number(file, archive.metadata(), RATE));
    }
  }

  /** Reads the file to no other end than to throw what {@link #read} would. */
  public static void check(Path file, Graph graph) throws IOException {
    read(file, graph).close();
  }

  private static Tensor owned(Tensor tensor) {
    return Scope.release(tensor.copy());
  }

  private static double number(Path file, Map<String, String> metadata, String key)
      throws IncompatibleException {
    String text = metadata.getOrDefault(key, "0");
    try {
      return Math.max(0, Double.parseDouble(text));
    } catch (NumberFormatException _) {
      throw new IncompatibleException(
          file + ": the metadata's " + key + " must be a number, got '" + text
              + "'; write it as a number, or leave it out");
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
