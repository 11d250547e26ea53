package dev.whence.study;

import dev.whence.attribution.training.TrainingDataMethod;
import dev.whence.data.Dataset;
import dev.whence.run.Provenance;
import dev.whence.run.Run;
import dev.whence.run.Undo;
import dev.whence.score.ScoreFile;
import dev.whence.score.ScoreMatrix;
import dev.whence.task.Task;
import java.io.IOException;
import java.nio.file.Files;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * The scores a run's folder holds, for who only looks. They are told by methods, settings, data and seed, without reading the
 * models they were made of: those belong to the folder.
 *
 * @param file the run
 * @param folder of it
 * @param task what is explained
 * @param training the sources
 * @param run seed
 */
record KeptScores(RunFile file, StudyFolder folder, Task.Differentiable task, Dataset training, Run run) {
  /** The methods whose scores are there. */
  Set<String> names(Dataset targets) throws IOException {
    var names = new TreeSet<String>();
    for (var entry : file.methods().entrySet()) {
      if (Files.exists(folder.scores(entry.getKey()))) {
        try (ScoreMatrix found = ScoreFile.open(folder.scores(entry.getKey()))) {
          if (isOf(found.provenance(), entry.getValue(), targets)) {
            names.add(entry.getKey());
          }
        }
      }
    }
    return names;
  }

  /** Those that are there, in the run file's order; the caller closes them. */
  Map<String, ScoreMatrix> open(Dataset targets) throws IOException {
    Set<String> there = names(targets);
    if (there.isEmpty()) {
      throw new IllegalStateException("there are no scores of this run in " + folder.root()
          + " yet, and nothing is computed unasked; run first: whence attribute RUN.yaml");
    }
    var scores = new LinkedHashMap<String, ScoreMatrix>();
    try (var undo = Undo.of(() -> scores.values().forEach(ScoreMatrix::close))) {
      for (String name : file.methods().keySet()) {
        if (there.contains(name)) {
          scores.put(name, ScoreFile.open(folder.scores(name)));
        }
      }
      return undo.keep(scores);
    }
  }

  private boolean isOf(Provenance found, TrainingDataMethod method, Dataset targets) {
    Provenance asked = Provenance.of(found.version(), found.maker(), (Record) method);
    return found.settings().equals(asked.settings())
        && is(found, "graph", task.graph().fingerprint().hex())
        && is(found, "training", training.fingerprint().hex())
        && is(found, "targets", targets.fingerprint().hex())
        && is(found, "measurement", task.measured() + " of " + task.trainingLoss())
        && Long.valueOf(run.seed()).equals(found.seeds().get("run"));
  }

  private static boolean is(Provenance found, String name, String digest) {
    return digest.equals(found.fingerprints().get(name));
  }
}
