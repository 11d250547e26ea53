package dev.whence.study;

import dev.whence.data.Dataset;
import dev.whence.evaluation.Evaluation;
import dev.whence.graph.Graph;
import dev.whence.graph.Graphs;
import dev.whence.graph.Limits;
import dev.whence.run.Run;
import dev.whence.run.Undo;
import dev.whence.score.ScoreExporter;
import dev.whence.score.ScoreMatrix;
import dev.whence.task.Task;
import dev.whence.torch.Threads;
import dev.whence.training.GraphLearner;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One run: the steps of a {@link RunFile} carried out in a folder. Every step resumes what an earlier, perhaps killed,
 * call left there and gives the same bytes. One process at a time writes into a folder; others may look. One thread; the
 * caller closes it.
 */
public final class Study implements AutoCloseable {
  /** How many of the most suspected labels JSON and page hold; the CSV has all. */
  public static final int SUSPECTS_KEPT = 100;

  private final RunFile file;
  private final ModelChoice choice;
  private final StudyFolder folder;
  private final Run run;
  private final Stopwatch stopwatch;
  private final Graph graph;
  private final Dataset training;
  private final Dataset targets;
  private final Task.Differentiable task;
  private final StudyModels models;
  private final StudyAnswers answers;
  private final StudyScores scores;
  private final List<String> notices = new ArrayList<>();
  private Optional<FolderLock> lock = Optional.empty();

  private Study(RunFile file, ModelChoice choice, StudyFolder folder, Run run, Graph graph,
      StudyData data) {
    this.file = file.with(choice.settings());
    this.choice = choice;
    this.folder = folder;
    this.run = run;
    this.stopwatch = new Stopwatch(run);
    this.graph = graph;
    this.training = data.training();
    this.targets = data.targets();
    this.task = Tasks.of(graph, file.task(), training);
    this.models = new StudyModels(choice.settings(), task, training, folder.checkpoints(), run);
    this.answers = new StudyAnswers(task,
        Explanation.of(file.task(), task, targets, ClassNames.of(training)), folder, data, run);
    this.scores = new StudyScores(this.file, folder, task, data, run, stopwatch, notices);
  }

  /**
   * Reads model, data and checkpoints, tries them together, and makes or checks the folder: nothing is written before all are
   * found sound. The folder is this study's until it is closed.
   *
   * @param run progress and cancellation; seed and workers are the run file's
   * @throws dev.whence.run.IncompatibleException if the folder holds another run
   * @throws dev.whence.run.FolderInUseException if another process writes into the folder, naming it
   * @throws IOException if a file cannot be read, with its name and the place in it
   */
  public static Study open(RunFile file, Path folder, Run run) throws IOException {
    return writing(file, folder, run, false);
  }

  /**
   * As {@link #open}, but begins anew: what an earlier run left in the folder (checkpoints, gradients, outcomes, scores,
   * evaluation, report, run file) is deleted once all are found sound, and nothing else.
   */
  public static Study anew(RunFile file, Path folder, Run run) throws IOException {
    return writing(file, folder, run, true);
  }

  /**
   * Reads model and data to look at what the folder holds: nothing is written, trained or computed, whoever else is at work.
   *
   * @throws dev.whence.run.IncompatibleException if the folder holds another run
   * @throws IOException if a file cannot be read, with its name and the place in it
   */
  public static Study look(RunFile file, Path folder, Run run) throws IOException {
    Study study = read(file, folder, run);
    try (var undo = Undo.of(study::close)) {
      study.folder.check(study.file);
      study.stopwatch.takeUp(study.folder.provenance());
      return undo.keep(study);
    }
  }

  private static Study writing(RunFile file, Path folder, Run run, boolean anew) throws IOException {
    FolderLock.requireFree(folder);
    Study study = read(file, folder, run);
    try (var undo = Undo.of(study::close)) {
      study.rehearse();
      study.settle(anew);
      return undo.keep(study);
    }
  }

  private static Study read(RunFile file, Path folder, Run run) throws IOException {
    int workers = file.workers() == 0 ? Runtime.getRuntime().availableProcessors() : file.workers();
    // steps spread their work over the workers themselves
    Threads.setIntraOp(1);
    Graph graph = Graphs.read(file.model(), limits(file));
    try (var undo = Undo.of(graph::close)) {
      ModelChoice choice = ModelChoice.of(file.training(), graph, file.model());
      StudyData data = StudyData.read(file, Tasks.loss(graph, file.task()));
      Tasks.check(graph, file.task(), data.training(), "data");
      Tasks.check(graph, file.task(), data.targets(), "targets");
      Run own = run.withSeed(file.seed()).withWorkers(workers).withFolder(folder);
      var study = new Study(file, choice, new StudyFolder(folder), own, graph, data);
      return undo.keep(study);
    }
  }

  private static Limits limits(RunFile file) {
    return file.memory() == 0 ? new Limits() : new Limits().withRunBytes(file.memory());
  }

  private void rehearse() throws IOException {
    models.requireFinite(file.model());
    var rehearsal = new Rehearsal(task, StudyData.areClassesStated(file));
    rehearsal.of(training, "data");
    if (Labels.in(targets)) {
      rehearsal.of(targets, "targets");
    }
    if (answers.explanation().replacesLabels()) {
      rehearsal.of(explainedByFile(), "targets");
    }
    models.check(file);
  }

  /** The first target with what the model file's numbers would explain of it. */
  private Dataset explainedByFile() throws IOException {
    Explanation explanation = answers.explanation();
    Dataset first = targets.select(0);
    return new Answering(task, List.of(graph.state()), explanation).of(first, Run.of(0))
        .explained(first, explanation, task.trainingLoss().labels());
  }

  private void settle(boolean anew) throws IOException {
    folder.make();
    lock = Optional.of(FolderLock.take(folder.root()));
    if (anew) {
      folder.clear();
    } else {
      folder.check(file);
      stopwatch.takeUp(folder.provenance());
    }
    folder.write(file);
    record();
  }

  /** What is asked. */
  public RunFile file() {
    return file;
  }

  /** Model, loss and measurement. */
  public Task.Differentiable task() {
    return task;
  }

  /** What the measurement of a target speaks of. */
  public Explanation explanation() {
    return answers.explanation();
  }

  /** What the scores speak of, in words. */
  public String explained() {
    return wording().explained();
  }

  private Wording wording() {
    return new Wording(task, answers.explanation(), ClassNames.of(training));
  }

  /** The training examples. */
  public Dataset training() {
    return training;
  }

  /** The examples that are explained. */
  public Dataset targets() {
    return targets;
  }

  /** Seconds each step took in this process, by name in order. */
  public Map<String, Double> seconds() {
    return stopwatch.seconds();
  }

  /**
   * Keeps the folder as it is for who only looks, so that a page is not made of scores that are being replaced; it is free again
   * when what is returned is closed. The study itself still writes nothing.
   *
   * @throws dev.whence.run.FolderInUseException if another process writes into the folder, naming it
   */
  public Closeable hold() throws IOException {
    return Files.isDirectory(folder.root()) ? FolderLock.take(folder.root()) : () -> {
      // nobody was ever there
    };
  }

  /** Where the models come from, in one sentence. */
  public String announcement() {
    return choice.announcement();
  }

  /** What was done beside what was asked, in sentences, in order. */
  public List<String> notices() {
    return List.copyOf(notices);
  }

  /**
   * The models attributed with: trains what the folder lacks, reads the checkpoints that were trained elsewhere, or takes the
   * model file's numbers. The caller closes them.
   */
  public Models train() throws IOException {
    if (models.areMissing()) {
      requireWriting("trained models", "attribute");
    }
    Models got = stopwatch.time("train", models.areMissing(), models::get);
    record();
    return got;
  }

  /** What {@link #train} is about to take, from a few steps that are tried. */
  public Plan planTraining() throws IOException {
    return planning().ofTraining();
  }

  /**
   * What judging is about to take, with the models and scores it needs first, from a few steps that are tried.
   *
   * @param parts which of {@link #evaluate}, {@link #leaveOneOut} and {@link #suspects} are to be called
   */
  public Plan planJudging(EvaluationParts parts) throws IOException {
    var judging = new Judging(file, folder, run, training, answers.keptExplained());
    var labels = new MislabelStudy(file, folder, run, task, training);
    boolean own = parts.judgesScores() || (parts.mislabels() && !labels.trains());
    var missing = new Planning.Missing(own ? models.missing() : 0, parts.subsets() ? judging.missing() : 0,
        parts.leaveOneOut() ? judging.missingLeaveOneOut() : 0,
        parts.mislabels() && labels.trains() ? labels.missing(models.learner()) : 0);
    var uncounted = new ArrayList<String>();
    if (parts.judgesScores()) {
      scores.work(answers.keptExplained()).ifPresent(uncounted::add);
    }
    if (parts.mislabels()) {
      uncounted.add(labels.work());
    }
    return planning().ofJudging(file.evaluation(), missing, uncounted);
  }

  private Planning planning() {
    return new Planning(choice, models, training, targets, folder, run);
  }

  /**
   * The scores that the folder holds, by method in the run file's order; nothing is trained or computed. The caller closes
   * them.
   *
   * @throws IllegalStateException if it holds none, with the command that makes them
   */
  public Map<String, ScoreMatrix> kept() throws IOException {
    return scores.kept(answers.keptExplained());
  }

  /** Whether the folder holds the scores of every method, or, where there are only scores made elsewhere, the models' answers. */
  public boolean isScored() throws IOException {
    if (file.methods().isEmpty()) {
      return answers.keptOfTargets().isPresent();
    }
    return scores.areThere(answers.keptExplained());
  }

  /** The judgement of scores by the models on subsets that the folder holds; empty unless it holds all. */
  public Optional<Judgement> judged(Map<String, ScoreMatrix> scores) throws IOException {
    var judging = new Judging(file, folder, run, training, answers.keptExplained());
    return judging.missing() > 0 ? Optional.empty() : judging.kept(models.learner(), scores);
  }

  /** Scores of every method, taken from the folder where they are there already; the caller closes them. */
  public Map<String, ScoreMatrix> attribute() throws IOException {
    return scores.all(() -> {
      try (Models got = train()) {
        ask(got);
        Map<String, ScoreMatrix> made = scores.of(got, answers.explained(got), this::requireWriting);
        record();
        return made;
      }
    });
  }

  /**
   * Correlates scores with what leaving single examples out did, retraining without each.
   *
   * @return metric → method → what it found
   * @throws IllegalStateException unless the run file names some examples to leave out
   */
  public Map<String, Map<String, Evaluation>> leaveOneOut(Map<String, ScoreMatrix> judged)
      throws IOException {
    if (file.evaluation().leaveOneOut().examples() == 0) {
      throw new IllegalStateException("evaluation.leave-one-out.examples is 0: nothing is left out");
    }
    requireWriting("a judgement by leaving out", "evaluate --loo");
    var judging = new Judging(file, folder, run, training, explainedTargets());
    var found = stopwatch.time("leave one out", true,
        () -> judging.leaveOneOut(models.learner(), judged));
    record();
    return found;
  }

  /** Lists the training examples by suspicion of a wrong label; kept in {@link #suspectsFile}. */
  public Suspects suspects() throws IOException {
    requireWriting("a list of suspected labels", "evaluate --mislabels");
    var study = new MislabelStudy(file, folder, run, task, training);
    Suspects found = stopwatch.time("suspect labels", true,
        () -> study.suspects(this::asked, models.learner()));
    record();
    return found;
  }

  /** Where the list of suspected labels is kept, as CSV. */
  public Path suspectsFile() {
    return folder.suspects();
  }

  /**
   * Judges scores by models retrained on subsets, training those the folder lacks.
   *
   * @throws IllegalStateException if the run file asks for no subsets
   */
  public Judgement evaluate(Map<String, ScoreMatrix> judged) throws IOException {
    var judging = new Judging(file, folder, run, training, explainedTargets());
    requireWriting("a judgement", "evaluate");
    GraphLearner learner = models.learner();
    Calibrations former = scores.calibrations();
    Judgement judgement = stopwatch.time("retrain and judge", judging.missing() > 0,
        () -> judging.judge(learner, judged));
    scores.renewExports(judged, former);
    record();
    return judgement;
  }

  /**
   * Writes scores for other tools, a file for each method and format, and returns the files.
   *
   * @param exported by method
   */
  public List<Path> export(Map<String, ScoreMatrix> exported, List<ScoreExporter> formats)
      throws IOException {
    return scores.export(exported, formats);
  }

  /**
   * Gathers a report.
   *
   * @param given scores of the run's methods
   * @param judgement of them, if there is one
   * @throws IllegalArgumentException naming the method or target that the run does not have
   */
  public Report report(ReportSettings settings, Map<String, ScoreMatrix> given,
      Optional<Judgement> judgement)
      throws IOException {
    String method = settings.method().isEmpty() ? given.keySet().iterator().next() : settings.method();
    ScoreMatrix shown = calibrated(given).get(method);
    if (shown == null) {
      throw new IllegalArgumentException(
          "the run has no scores of method '" + method + "'; it has " + given.keySet());
    }
    var gatherer = new ReportGatherer(training, targets, guesses(), wording(), judgement);
    var provenance = StudyProvenance.of(folder, file, run, task, training, targets);
    return new Report(folder.root().toAbsolutePath().normalize().getFileName().toString(), method,
        shown.semantics(), task.measured().unit(), gatherer.targets(shown, settings, run.seed()),
        gatherer.judgement(shown, stopwatch.kept().seconds()),
        ReportGatherer.suspects(folder.suspectsShown(), training),
        ReportGatherer.facts(provenance, stopwatch.kept().seconds()),
        Yaml.write(file.valuesIn(folder.root())), warnings(method, shown, judgement), about(settings));
  }

  private AnswerGuesses guesses() throws IOException {
    return new AnswerGuesses(answered(), targets, task.trainingLoss().labels(), ClassNames.of(training));
  }

  private Report.About about(ReportSettings settings) throws IOException {
    int shown = settings.targets().isEmpty() ? settings.count() : settings.targets().size();
    return new Report.About(models.count(), explained(), wording().legend(), shown, quality());
  }

  /** How good the models are on training examples and targets, as far as they are labelled and the folder holds it. */
  public List<Quality> quality() throws IOException {
    return answers.quality(models.count());
  }

  /**
   * Asks the run's models about training examples and targets, as far as the folder lacks it, training first those that are
   * missing.
   */
  public void ask() throws IOException {
    if (answers.keptOfTargets().isEmpty() || answers.keptOfTraining().isEmpty()) {
      asked().close();
    }
  }

  /** The run's models, which have been asked; the caller closes them. */
  private Models asked() throws IOException {
    Models got = train();
    try (var undo = Undo.of(got::close)) {
      ask(got);
      return undo.keep(got);
    }
  }

  /** Asks models about training examples and targets, as far as the folder lacks it. */
  public void ask(Models models) throws IOException {
    if (answers.keptOfTargets().isEmpty() || answers.keptOfTraining().isEmpty()) {
      requireWriting("what the models answer", "attribute");
    }
    answers.ofTargets(models);
    answers.ofTraining(models);
  }

  /** What may mislead about a method's scores, in sentences. */
  public List<String> warnings(String method, ScoreMatrix scores, Optional<Judgement> judgement)
      throws IOException {
    List<String> warnings = modelWarnings();
    warnings.addAll(ReportWarnings.ofScores(method, scores.semantics(), judgement));
    return warnings;
  }

  /** What may mislead about the models, in sentences, as far as they were asked. */
  public List<String> modelWarnings() throws IOException {
    var warnings = new ArrayList<String>();
    if (answers.keptOfTargets().isPresent()) { // scores made elsewhere need no model: none is trained for a warning
      warnings.addAll(new ReportWarnings(quality(), models.count(), guesses(), answers.explanation())
          .ofModels(answers.data(), file.data().path().equals(file.targets().path())));
    }
    warnings.addAll(ReportWarnings.ofModel(new ModelWarnings(folder, graph).all()));
    return warnings;
  }

  /** What is explained of each target. */
  private Dataset explainedTargets() throws IOException {
    Explanation explanation = answers.explanation();
    return explanation.replacesLabels()
        ? answered().explained(targets, explanation, task.trainingLoss().labels())
        : targets;
  }

  /** What the models answer about the targets. @throws IllegalStateException if that is not there and may not be made */
  private Answers answered() throws IOException {
    Optional<Answers> kept = answers.keptOfTargets();
    if (kept.isPresent()) {
      return kept.get();
    }
    requireWriting("what the models answer about the targets", "attribute");
    try (Models asked = train()) {
      return answers.ofTargets(asked);
    }
  }

  /**
   * The same scores, those of each method whose scale an evaluation measured in its unit. Closing these closes the others.
   *
   * @param given what {@link #attribute} gave
   */
  public Map<String, ScoreMatrix> calibrated(Map<String, ScoreMatrix> given) throws IOException {
    return scores.calibrated(given);
  }

  /** @throws IllegalStateException if this study only looks, with the command that makes what is not there */
  private void requireWriting(String what, String command) {
    if (lock.isEmpty()) {
      throw new IllegalStateException(folder.root() + " does not hold " + what
          + " yet, and nothing is made unasked; run first: whence " + command + " RUN.yaml");
    }
  }

  private void record() throws IOException {
    if (lock.isEmpty()) {
      return; // whoever looks leaves nothing
    }
    StudyProvenance.write(folder, file, run, task, training, targets, stopwatch);
    new ModelWarnings(folder, graph).keep();
  }

  @Override
  public void close() throws IOException {
    graph.close();
    if (lock.isPresent()) {
      lock.get().close();
    }
  }
}
