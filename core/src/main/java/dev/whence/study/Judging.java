package dev.whence.study;

import dev.whence.data.Dataset;
import dev.whence.evaluation.Bootstrap;
import dev.whence.evaluation.Difference;
import dev.whence.evaluation.Lds;
import dev.whence.evaluation.LinearDatamodelingScore;
import dev.whence.evaluation.SubsetTruth;
import dev.whence.run.AtomicFiles;
import dev.whence.run.Json;
import dev.whence.run.Run;
import dev.whence.run.Seeds;
import dev.whence.run.Settings;
import dev.whence.score.ScoreMatrix;
import dev.whence.store.Masks;
import dev.whence.store.OutcomeStore;
import dev.whence.training.GraphLearner;
import dev.whence.training.Replicas;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Retrains on subsets and judges every method's scores by what came out. */
record Judging(RunFile file, StudyFolder folder, Run run, Dataset training, Dataset targets) {
  private static final long STREAM = 0x73756273L; // "subs": apart from other draws of the same seed

  Judgement judge(GraphLearner learner, Map<String, ScoreMatrix> scores) throws IOException {
    Judgement judgement = judgement(scores, truth(learner));
    AtomicFiles.writeText(folder.evaluation(), Json.pretty(complete(judgement)));
    return judgement;
  }

  /** Judges by the models on subsets that are there; empty unless all are, for just these models and data. */
  Optional<Judgement> kept(GraphLearner learner, Map<String, ScoreMatrix> scores) throws IOException {
    if (file.evaluation().subsets() < 2 || missing() > 0) {
      return Optional.empty();
    }
    try (var store = OutcomeStore.read(folder.outcomes(file.evaluation()))) {
      boolean same = header(learner, file.evaluation()).fingerprints().equals(store.header().fingerprints());
      return same ? Optional.of(judgement(scores, SubsetTruth.of(store))) : Optional.empty();
    }
  }

  private Judgement judgement(Map<String, ScoreMatrix> scores, SubsetTruth truth) {
    var metric = new LinearDatamodelingScore(bootstrap());
    var lds = new LinkedHashMap<String, Lds>();
    scores.forEach((name, matrix) -> lds.put(name, metric.evaluate(matrix, truth)));
    String first = scores.keySet().iterator().next();
    Optional<String> baseline = lds.keySet().stream().filter(name -> !name.equals(first))
        .max((a, b) -> Double.compare(mean(lds, a), mean(lds, b)));
    Optional<Difference> difference = baseline
        .map(name -> metric.difference(matrix(scores, first), matrix(scores, name), truth));
    return new Judgement(lds, first, baseline, difference, truth);
  }

  /** How many models on subsets are to be trained yet. */
  int missing() throws IOException {
    Path place = folder.outcomes(file.evaluation());
    if (!Files.exists(place)) {
      return file.evaluation().subsets() * file.evaluation().repeats();
    }
    try (var store = OutcomeStore.read(place)) {
      return store.missing().size();
    }
  }

  private static double mean(Map<String, Lds> lds, String name) {
    return java.util.Objects.requireNonNull(lds.get(name)).mean();
  }

  private static ScoreMatrix matrix(Map<String, ScoreMatrix> scores, String name) {
    return java.util.Objects.requireNonNull(scores.get(name));
  }

  private Bootstrap bootstrap() {
    return Settings.with(new Bootstrap(), Map.of("resamples", file.evaluation().resamples(), "confidence",
        file.evaluation().level(), "seed", Seeds.derive(run.seed(), STREAM, 1)));
  }

  private static Map<String, Object> complete(Judgement judgement) {
    var values = new LinkedHashMap<>(judgement.values());
    var scores = new LinkedHashMap<String, Object>();
    judgement.lds().forEach((name, score) -> scores.put(name, score.values()));
    values.put("lds", scores);
    return values;
  }

  private SubsetTruth truth(GraphLearner learner) throws IOException {
    EvaluationSettings settings = file.evaluation();
    if (settings.subsets() < 2) {
      throw new IllegalStateException(
          "evaluation.subsets must be >= 2 to judge scores, got " + settings.subsets());
    }
    Path place = folder.outcomes(settings);
    Files.createDirectories(place.toAbsolutePath().resolveSibling("."));
    var masks = Masks.uniform(settings.subsets(), Math.toIntExact(training.size()), settings.fraction(),
        Seeds.derive(run.seed(), STREAM));
    try (var store = OutcomeStore.write(place, header(learner, settings), masks)) {
      new Replicas(learner, run).measure(training, targets, store);
      return SubsetTruth.of(store);
    }
  }

  /** What retraining depends on: how models begin and are trained, not where those that are attributed come from. */
  private String learning() {
    TrainingSettings training = file.training();
    boolean fromFile = training.start() == TrainingSettings.Start.FILE;
    Map<String, Object> values = Settings.values(training);
    return Json.compact(new TreeMap<>(Map.of("recipe", Settings.values(training.usedRecipe()), "start",
        fromFile ? "file" : "fresh", "initialization",
        java.util.Objects.requireNonNull(values.get("initialization")))));
  }

  private OutcomeStore.Header header(GraphLearner learner, EvaluationSettings settings) {
    var task = learner.trainer().task();
    var fingerprints = Map.of("graph", task.graph().fingerprint().hex(), "training",
        training.fingerprint().hex(),
        "targets", targets.fingerprint().hex(), "learning", learning() + " seed " + run.seed(),
        "measurement",
        task.measured() + " of " + task.trainingLoss());
    return new OutcomeStore.Header(training.ids(), targets.ids(), settings.repeats(), fingerprints,
        "measurements of models retrained on subsets");
  }
}
