package dev.whence.study;

import dev.whence.data.Dataset;
import dev.whence.evaluation.Bootstrap;
import dev.whence.evaluation.Difference;
import dev.whence.evaluation.Evaluation;
import dev.whence.evaluation.FittedScale;
import dev.whence.evaluation.Lds;
import dev.whence.evaluation.LinearDatamodelingScore;
import dev.whence.evaluation.OutcomeMetric;
import dev.whence.evaluation.SubsetTruth;
import dev.whence.run.AtomicFiles;
import dev.whence.run.Json;
import dev.whence.run.Run;
import dev.whence.run.Seeds;
import dev.whence.run.Settings;
import dev.whence.score.Calibration;
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
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;

/** Retrains on subsets and judges every method's scores by what came out. */
record Judging(RunFile file, StudyFolder folder, Run run, Dataset training, Dataset targets) {
  private static final long STREAM = 0x73756273L; // "subs": apart from other draws of the same seed

  Judgement judge(GraphLearner learner, Map<String, ScoreMatrix> scores) throws IOException {
    Judgement judgement = judgement(learner, scores, truth(learner));
    AtomicFiles.writeText(folder.evaluation(), Json.pretty(judgement.complete()));
    Calibrations.write(folder.calibrations(), judgement.calibrations(), scores);
    return judgement;
  }

  /** Judges by the models on subsets that are there; empty unless all are, for just these models and data. */
  Optional<Judgement> kept(GraphLearner learner, Map<String, ScoreMatrix> scores) throws IOException {
    if (file.evaluation().outcomes().given()) {
      return Optional.of(judgement(learner, scores, truth(learner)));
    }
    if (file.evaluation().subsets() < 2 || missing() > 0) {
      return Optional.empty();
    }
    try (var store = OutcomeStore.read(folder.outcomes(file.evaluation()))) {
      boolean same = header(learner, file.evaluation().repeats()).fingerprints()
          .equals(store.header().fingerprints());
      return same ? Optional.of(judgement(learner, scores, SubsetTruth.of(store))) : Optional.empty();
    }
  }

  private Judgement judgement(GraphLearner learner, Map<String, ScoreMatrix> scores, SubsetTruth truth) {
    var metrics = new Metrics(bootstrap()).evaluate(OutcomeMetric.Design.SUBSETS, scores, truth);
    var lds = new LinkedHashMap<String, Lds>();
    Objects.requireNonNull(metrics.get(Judgement.LDS)).forEach((name, found) -> lds.put(name, (Lds) found));
    var metric = new LinearDatamodelingScore(bootstrap());
    String first = scores.keySet().iterator().next();
    Optional<String> baseline = lds.keySet().stream().filter(name -> !name.equals(first))
        .max((a, b) -> Double.compare(mean(lds, a), mean(lds, b)));
    Optional<Difference> difference = baseline
        .map(name -> metric.difference(matrix(scores, first), matrix(scores, name), truth));
    String unit = learner.trainer().task().measured().unit();
    return new Judgement(metrics, first, baseline, difference, calibrations(metrics, scores, unit), truth);
  }

  /** How many models on subsets are to be trained yet. */
  int missing() throws IOException {
    EvaluationSettings asked = file.evaluation();
    return asked.outcomes().given() ? 0 : missing(folder.outcomes(asked), asked.subsets() * asked.repeats());
  }

  /** How many models that lack single examples, or none, are to be trained yet. */
  int missingLeaveOneOut() throws IOException {
    LeaveOneOutSettings asked = file.evaluation().leaveOneOut();
    int left = (int) Math.min(asked.examples(), training.size());
    return missing(folder.leaveOneOutOutcomes(asked), (left + 1) * asked.repeats());
  }

  private static int missing(Path place, int all) throws IOException {
    if (!Files.exists(place)) {
      return all;
    }
    try (var store = OutcomeStore.read(place)) {
      return store.missing().size();
    }
  }

  private static double mean(Map<String, Lds> lds, String name) {
    return Objects.requireNonNull(lds.get(name)).mean();
  }

  private static ScoreMatrix matrix(Map<String, ScoreMatrix> scores, String name) {
    return Objects.requireNonNull(scores.get(name));
  }

  private Bootstrap bootstrap() {
    return Settings.with(new Bootstrap(), Map.of("resamples", file.evaluation().resamples(), "confidence",
        file.evaluation().level(), "seed", Seeds.derive(run.seed(), STREAM, 1)));
  }

  private Map<String, Calibration> calibrations(Map<String, Map<String, Evaluation>> metrics,
      Map<String, ScoreMatrix> scores, String unit) {
    var found = new LinkedHashMap<String, Calibration>();
    Objects.requireNonNull(metrics.get(Judgement.SCALE)).forEach((name, value) -> {
      var scale = (FittedScale) value;
      scale.calibration(matrix(scores, name).semantics(), unit, basis(scale))
          .ifPresent(calibration -> found.put(name, calibration));
    });
    return found;
  }

  private String basis(FittedScale scale) {
    if (file.evaluation().outcomes().given()) {
      return "%d subsets made elsewhere and %d targets".formatted(scale.subsets(), scale.targets());
    }
    return "%d subsets of %s of the examples, %s, and %d targets".formatted(scale.subsets(),
        "%.0f %%".formatted(100 * file.evaluation().fraction()),
        scale.repeats() == 1 ? "trained on once" : "trained on " + scale.repeats() + " times",
        scale.targets());
  }

  private SubsetTruth truth(GraphLearner learner) throws IOException {
    EvaluationSettings settings = file.evaluation();
    if (settings.outcomes().given()) {
      return new ImportedOutcomes(settings.outcomes(), training, targets).truth(learner);
    }
    if (settings.subsets() < 2) {
      throw new IllegalStateException(
          "evaluation.subsets must be >= 2 to judge scores, got " + settings.subsets());
    }
    var masks = Masks.uniform(settings.subsets(), Math.toIntExact(training.size()), settings.fraction(),
        Seeds.derive(run.seed(), STREAM));
    return truth(learner, folder.outcomes(settings), masks, settings.repeats());
  }

  /** What every leave-one-out metric finds, by its name and then by method. */
  Map<String, Map<String, Evaluation>> leaveOneOut(GraphLearner learner, Map<String, ScoreMatrix> scores)
      throws IOException {
    LeaveOneOutSettings settings = file.evaluation().leaveOneOut();
    int examples = Math.toIntExact(training.size());
    int[] left = LabelFlips.chosen(examples, settings.examples(), Seeds.derive(run.seed(), STREAM, 2));
    SubsetTruth truth = truth(learner, folder.leaveOneOutOutcomes(settings),
        Masks.leaveOneOut(examples, left), settings.repeats());
    var found = new Metrics(bootstrap()).evaluate(OutcomeMetric.Design.LEAVE_ONE_OUT, scores, truth);
    var values = new LinkedHashMap<String, Object>();
    found.forEach((metric, byMethod) -> {
      var entries = new LinkedHashMap<String, Object>();
      byMethod.forEach((method, value) -> entries.put(method, value.values()));
      values.put(metric, entries);
    });
    AtomicFiles.writeText(folder.leaveOneOut(), Json.pretty(values));
    return found;
  }

  private SubsetTruth truth(GraphLearner learner, Path place, Masks masks, int repeats) throws IOException {
    Files.createDirectories(AtomicFiles.folder(place));
    try (var store = OutcomeStore.write(place, header(learner, repeats), masks)) {
      new Replicas<>(learner, run).measure(training, targets, store);
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

  private OutcomeStore.Header header(GraphLearner learner, int repeats) {
    var task = learner.trainer().task();
    var fingerprints = Map.of("graph", task.graph().fingerprint().hex(), "training",
        training.fingerprint().hex(),
        "targets", targets.fingerprint().hex(), "learning", learning() + " seed " + run.seed(),
        "measurement",
        task.measured() + " of " + task.trainingLoss());
    return new OutcomeStore.Header(training.ids(), targets.ids(), repeats, fingerprints,
        "measurements of models retrained on subsets");
  }
}
