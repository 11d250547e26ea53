package dev.whence.study;

import dev.whence.attribution.training.Subject;
import dev.whence.attribution.training.TrainingDataMethod;
import dev.whence.data.Dataset;
import dev.whence.run.AtomicFiles;
import dev.whence.run.Registry;
import dev.whence.run.Run;
import dev.whence.run.Undo;
import dev.whence.score.ScoreExporter;
import dev.whence.score.ScoreFile;
import dev.whence.score.ScoreMatrix;
import dev.whence.task.Task;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * The scores of a run: taken from its folder where they are there, else computed and kept; those made elsewhere are read.
 *
 * @param file what is asked
 * @param folder of the run
 * @param task what is explained
 * @param data training examples and targets
 * @param run seed and workers
 * @param stopwatch of the run's steps
 * @param notices where is said what was done beside what was asked
 */
record StudyScores(RunFile file, StudyFolder folder, Task.Differentiable task, StudyData data, Run run,
    Stopwatch stopwatch, List<String> notices) {

  /** Whether something may be made; fails if not. */
  @FunctionalInterface
  interface Permission {
    /**
     * Asks.
     *
     * @throws IllegalStateException naming what is not there, and the command that makes it
     */
    void require(String what, String command);
  }

  /**
   * Those that the folder holds, by method in the run file's order, and those made elsewhere; the caller closes them.
   *
   * @param explained what is explained of each target
   * @throws IllegalStateException if it holds none, with the command that makes them
   */
  Map<String, ScoreMatrix> kept(Dataset explained) throws IOException {
    var scores = new LinkedHashMap<String, ScoreMatrix>();
    if (!file.methods().isEmpty()) {
      scores.putAll(keptScores().open(explained));
    }
    return withImported(scores);
  }

  /** Whether the folder holds those of every method. */
  boolean areThere(Dataset explained) throws IOException {
    return keptScores().names(explained).containsAll(file.methods().keySet());
  }

  /** The work that is still to be done, in words; empty where the folder holds all. */
  Optional<String> work(Dataset explained) throws IOException {
    var there = keptScores().names(explained);
    List<String> missing = file.methods().keySet().stream().filter(name -> !there.contains(name)).toList();
    return missing.isEmpty()
        ? Optional.empty()
        : Optional.of("training examples are scored by " + String.join(", ", missing));
  }

  private KeptScores keptScores() {
    return new KeptScores(file, folder, task, data.training(), run);
  }

  private Map<String, ScoreMatrix> withImported(Map<String, ScoreMatrix> scores) throws IOException {
    try (var undo = Undo.of(() -> scores.values().forEach(ScoreMatrix::close))) {
      var reader = new ImportedScores(data.training(), data.targets(), Registry.nameOf(task.measured()));
      for (var entry : file.scores().entrySet()) {
        scores.put(entry.getKey(), reader.read(entry.getKey(), entry.getValue()));
      }
      return undo.keep(scores);
    }
  }

  /** What makes the scores of the run's methods. */
  @FunctionalInterface
  interface Making {
    Map<String, ScoreMatrix> make() throws IOException;
  }

  /**
   * Those of every method and those made elsewhere, in the run file's order; the caller closes them. Files from elsewhere are read
   * first: one that cannot be read is told before anything is trained.
   */
  Map<String, ScoreMatrix> all(Making methods) throws IOException {
    Map<String, ScoreMatrix> imported = withImported(new LinkedHashMap<>());
    try (var undo = Undo.of(() -> imported.values().forEach(ScoreMatrix::close))) {
      Map<String, ScoreMatrix> all = file.methods().isEmpty() ? new LinkedHashMap<>() : methods.make();
      all.putAll(imported);
      return undo.keep(all);
    }
  }

  /** Those of every method by these models; the caller closes them. */
  Map<String, ScoreMatrix> of(Models models, Dataset explained, Permission permission) throws IOException {
    var scores = new LinkedHashMap<String, ScoreMatrix>();
    try (var undo = Undo.of(() -> scores.values().forEach(ScoreMatrix::close))) {
      for (var entry : file.methods().entrySet()) {
        scores.put(entry.getKey(), of(entry.getKey(), entry.getValue(), models, explained, permission));
      }
      return undo.keep(scores);
    }
  }

  private ScoreMatrix of(String name, TrainingDataMethod method, Models models, Dataset explained,
      Permission permission) throws IOException {
    Path place = folder.scores(name);
    String wanted = Subject.of(method, task, models.trajectories(), data.training(), run)
        .provenance(explained).json(Optional.empty());
    if (Files.exists(place)) {
      ScoreMatrix found = ScoreFile.open(place);
      if (found.provenance().json(Optional.empty()).equals(wanted)) {
        return found;
      }
      found.close();
    }
    permission.require("scores of " + name, "attribute");
    return stopwatch.time(name, true, () -> {
      models.dropOtherRows(task.graph(), data.training(), run);
      try (var attributor = method.fit(task, models.trajectories(), data.training(), run);
          var scores = attributor.attribute(explained)) {
        if (Files.exists(place)) {
          drop(name);
        }
        Files.createDirectories(AtomicFiles.folder(place));
        ScoreFile.write(place, scores);
      }
      return ScoreFile.open(place);
    });
  }

  private void drop(String method) throws IOException {
    List<String> dropped = folder.dropDerived(method);
    if (!dropped.isEmpty()) {
      notices
          .add(String.join(", ", dropped) + " in " + folder.root() + (dropped.size() == 1 ? " was" : " were")
              + " made of former scores and " + (dropped.size() == 1 ? "is" : "are")
              + " gone: make anew what you need");
    }
  }

  /** The same scores, those of each method whose scale an evaluation measured in its unit. Closing these closes the others. */
  Map<String, ScoreMatrix> calibrated(Map<String, ScoreMatrix> scores) throws IOException {
    Calibrations kept = calibrations();
    var calibrated = new LinkedHashMap<String, ScoreMatrix>();
    scores.forEach((name, matrix) -> calibrated.put(name, kept.apply(name, matrix)));
    return calibrated;
  }

  /** The scales that evaluations measured so far. */
  Calibrations calibrations() throws IOException {
    return Calibrations.read(folder.calibrations());
  }

  /** Writes scores for other tools, a file for each method and format, and returns the files. */
  List<Path> export(Map<String, ScoreMatrix> scores, List<ScoreExporter> formats) throws IOException {
    var written = new ArrayList<Path>();
    for (ScoreExporter format : formats) {
      for (var entry : scores.entrySet()) {
        written.add(new Exports(folder.exports()).write(entry.getKey(), entry.getValue(), format));
      }
    }
    return written;
  }

  /** Scores that were exported in another unit than they are known to have now are written anew. */
  void renewExports(Map<String, ScoreMatrix> scores, Calibrations former) throws IOException {
    var exports = new Exports(folder.exports());
    for (var entry : calibrated(scores).entrySet()) {
      ScoreMatrix before = former.apply(entry.getKey(),
          Objects.requireNonNull(scores.get(entry.getKey())));
      if (!before.semantics().equals(entry.getValue().semantics())) {
        List<String> renewed = exports.renew(entry.getKey(), entry.getValue());
        if (!renewed.isEmpty()) {
          notices.add(String.join(", ", renewed) + " in " + folder.root()
              + (renewed.size() == 1 ? " was" : " were") + " written anew: scores are "
              + entry.getValue().semantics().scale() + " now");
        }
      }
    }
  }
}
