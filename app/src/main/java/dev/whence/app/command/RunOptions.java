package dev.whence.app.command;

import dev.whence.study.RunFile;
import dev.whence.study.StudyFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The flags all commands over a run share, and what they make of its run file. */
final class RunOptions {
  private static final String NAME = "run.yaml";

  @Option(names = "--out", paramLabel = "FOLDER", description = "Where the run is kept (default: runs/NAME beside the run"
      + " file, by its name; for the run.yaml of a run's folder, that folder).")
  private Optional<Path> out = Optional.empty();

  @Option(names = "--set", paramLabel = "KEY=VALUE", description = "Overrules a key of the run file, such as"
      + " --set training.recipe.epochs=5. May be repeated.")
  private List<String> set = new ArrayList<>();

  @Option(names = "--seed", paramLabel = "N", description = "Short for --set seed=N.")
  private Optional<String> seed = Optional.empty();

  @Option(names = "--workers", paramLabel = "N", description = "Short for --set workers=N; 0: as many as the machine has.")
  private Optional<String> workers = Optional.empty();

  @Option(names = "--models", paramLabel = "N", description = "Short for --set training.models=N.")
  private Optional<String> models = Optional.empty();

  @Option(names = "--subsets", paramLabel = "N", description = "Short for --set evaluation.subsets=N.")
  private Optional<String> subsets = Optional.empty();

  @Option(names = "--methods", paramLabel = "A,B", description = "Only these; settings the run file gives them are kept.")
  private Optional<String> methods = Optional.empty();

  @Option(names = "--overwrite", description = "Begins anew: first deletes what an earlier run left in the folder.")
  private boolean overwrite;

  @Option(names = {"-q", "--quiet"}, description = "Shows no progress.")
  private boolean quiet;

  @Spec(Spec.Target.MIXEE)
  private CommandSpec command;

  /** The run file with every flag applied. */
  RunFile read(Path file) throws IOException {
    return read(file, Map.of());
  }

  /** The run file with every flag applied, and then a command's own. */
  RunFile read(Path file, Map<String, String> own) throws IOException {
    if (!Files.isRegularFile(file)) {
      throw new IllegalArgumentException(
          Files.isDirectory(file) ? file + " is a folder; name the run file" : "no such run file: " + file);
    }
    StudyFile.read(file).kind().requireCommand(command.name(), file);
    Map<String, String> overrides = overrides();
    seed.ifPresent(value -> put(overrides, "seed", value));
    workers.ifPresent(value -> put(overrides, "workers", value));
    models.ifPresent(value -> put(overrides, "training.models", value));
    subsets.ifPresent(value -> put(overrides, "evaluation.subsets", value));
    methods.ifPresent(value -> put(overrides, "methods", value));
    own.forEach((key, value) -> put(overrides, key, value));
    return RunFile.read(file, overrides);
  }

  private static void put(Map<String, String> overrides, String key, String value) {
    String before = overrides.putIfAbsent(key, value);
    if (before != null) {
      throw new IllegalArgumentException(
          key + " is given twice on the command line, '" + before + "' and '" + value + "'; leave one out");
    }
  }

  private Map<String, String> overrides() {
    var overrides = new LinkedHashMap<String, String>();
    for (String pair : set) {
      int equals = pair.indexOf('=');
      if (equals < 1) {
        throw new IllegalArgumentException("--set must be KEY=VALUE, got '" + pair + "'");
      }
      put(overrides, pair.substring(0, equals), pair.substring(equals + 1));
    }
    return overrides;
  }

  /** The folder that was asked for. */
  Optional<Path> out() {
    return out;
  }

  /** The folder the run is kept in. */
  Path folder(Path file) {
    if (out.isPresent()) {
      return out.get();
    }
    Path parent = Objects.requireNonNull(file.toAbsolutePath().normalize().getParent());
    boolean generic = file.endsWith(NAME);
    if (generic && Files.exists(parent.resolve("provenance.json"))) {
      return parent;
    }
    String name = generic && parent.getFileName() != null
        ? parent.getFileName().toString()
        : file.getFileName().toString().replaceAll("\\.ya?ml$", "");
    return shortest(parent.resolve("runs").resolve(name));
  }

  /** As seen from the working directory where it lies below it, as it is elsewhere. */
  private static Path shortest(Path folder) {
    Path here = Path.of("").toAbsolutePath();
    return folder.startsWith(here) ? here.relativize(folder) : folder;
  }

  boolean overwrite() {
    return overwrite;
  }

  boolean quiet() {
    return quiet;
  }
}
