package dev.whence.training;

import dev.whence.graph.Graph;
import dev.whence.graph.Safetensors;
import dev.whence.run.IncompatibleException;
import dev.whence.torch.Scope;
import dev.whence.torch.Tensor;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/** One training run's files: taking up what is there, and writing what is to be kept. */
final class SavedRun {
  private static final String PARAMETER = "parameter:";
  private static final String BUFFER = "buffer:";
  private static final String MOMENT = "moment:";

  private final Saving saving;
  private final long[] kept;
  private final Map<String, String> run;

  /**
   * The files of a run.
   *
   * @param total number of its steps
   * @param run what it is; files of another run are refused
   */
  SavedRun(Saving saving, long total, Map<String, String> run) {
    this.saving = saving;
    this.kept = saving.steps(total);
    this.run = run;
  }

  /** The checkpoints of a finished run, or empty; the caller closes them. */
  Optional<List<Checkpoint>> finished(Graph graph) throws IOException {
    if (!Arrays.stream(kept).allMatch(step -> Files.isRegularFile(saving.checkpoint(step)))) {
      return Optional.empty();
    }
    Files.deleteIfExists(saving.state());
    return Optional.of(read(graph));
  }

  /** All checkpoints; the caller closes them. */
  List<Checkpoint> read(Graph graph) throws IOException {
    var checkpoints = new ArrayList<Checkpoint>();
    for (long step : kept) {
      check(saving.checkpoint(step));
      checkpoints.add(Checkpoints.read(saving.checkpoint(step), graph));
    }
    return List.copyOf(checkpoints);
  }

  private void check(Path file) throws IOException {
    try (var arena = Arena.ofConfined(); var archive = Safetensors.read(file, arena)) {
      check(file, archive);
    }
  }

  private void check(Path file, Safetensors.Archive archive) throws IncompatibleException {
    IncompatibleException.check(file, Checkpoints.run(archive.metadata()), run);
  }

  /** The state a killed run left, released from all scopes, or empty; the given one shows the layout. */
  Optional<TrainingState> resumable(TrainingState start) throws IOException {
    if (!Files.isRegularFile(saving.state())) {
      return Optional.empty();
    }
    try (var arena = Arena.ofConfined();
        var _ = Scope.open();
        var archive = Safetensors.read(saving.state(), arena)) {
      check(saving.state(), archive);
      var moments = new LinkedHashMap<String, Tensor>();
      start.vectors().moments().keySet()
          .forEach(name -> moments.put(name, start.layout().flatten(under(archive, MOMENT + name + ":"))));
      Tensor parameters = start.layout().flatten(under(archive, PARAMETER));
      var buffers = new LinkedHashMap<String, Tensor>();
      start.buffers().keySet().forEach(name -> buffers.put(name, archive.tensor(BUFFER + name).copy()));
      long step = step(archive);
      return Optional
          .of(start.with(new Optimizer.Vectors(parameters, moments), buffers, step).release());
    }
  }

  private long step(Safetensors.Archive archive) throws IncompatibleException {
    String text = archive.metadata().getOrDefault(Checkpoints.STEP, "none");
    if (!text.matches("\\d{1,18}")) {
      throw new IncompatibleException(saving.state() + " must tell after how many steps it was written, got "
          + text + "; delete it, and training begins anew");
    }
    return Long.parseLong(text);
  }

  private static Map<String, Tensor> under(Safetensors.Archive archive, String prefix) {
    var named = new LinkedHashMap<String, Tensor>();
    archive.tensors().forEach((name, tensor) -> {
      if (name.startsWith(prefix)) {
        named.put(name.substring(prefix.length()), tensor);
      }
    });
    return named;
  }

  /** Writes what is due after a step: a checkpoint to keep, a state to resume from. */
  void after(TrainingState state, double learningRate) throws IOException {
    if (Arrays.binarySearch(kept, state.step()) >= 0) {
      try (var _ = Scope.open()) {
        Checkpoints.write(saving.checkpoint(state.step()),
            new Checkpoint(state.model(), state.step(), learningRate),
            run);
      }
    }
    if (saving.every() > 0 && state.step() % saving.every() == 0) {
      writeState(state, learningRate);
    }
  }

  /** Writes a state to resume from. */
  void writeState(TrainingState state, double learningRate) throws IOException {
    try (var _ = Scope.open()) {
      var tensors = new LinkedHashMap<String, Tensor>();
      state.layout().views(state.vectors().parameters())
          .forEach((name, tensor) -> tensors.put(PARAMETER + name, tensor));
      state.moments().forEach((moment, named) -> named
          .forEach((name, tensor) -> tensors.put(MOMENT + moment + ":" + name, tensor)));
      state.buffers().forEach((name, tensor) -> tensors.put(BUFFER + name, tensor));
      Safetensors.write(saving.state(), tensors,
          Checkpoints.metadata(OptionalLong.of(state.step()), OptionalDouble.of(learningRate), run));
    }
  }

  /** Removes what only a killed run needs. */
  void finish() throws IOException {
    Files.deleteIfExists(saving.state());
  }
}
