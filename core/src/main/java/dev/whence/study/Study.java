package dev.whence.study;

import dev.whence.attribution.training.Subject;
import dev.whence.attribution.training.TrainingDataMethod;
import dev.whence.data.Dataset;
import dev.whence.graph.Graph;
import dev.whence.graph.Graphs;
import dev.whence.run.Run;
import dev.whence.score.ScoreFile;
import dev.whence.score.ScoreMatrix;
import dev.whence.task.Task;
import dev.whence.torch.Threads;
import dev.whence.training.Checkpoint;
import dev.whence.training.Checkpoints;
import dev.whence.training.GraphLearner;
import dev.whence.training.Initialization;
import dev.whence.training.Saving;
import dev.whence.training.TrainedModels;
import dev.whence.training.TrainingSet;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One run: the steps of a {@link RunFile} carried out in a folder. Every step takes up what an earlier, perhaps killed,
 * call left there and gives the same bytes. One thread; the caller closes it.
 */
public final class Study implements AutoCloseable {
  private final RunFile file;
  private final StudyFolder folder;
  private final Run run;
  private final Stopwatch stopwatch;
  private final Graph graph;
  private final Dataset training;
  private final Dataset targets;
  private final Task.Differentiable task;

  private Study(RunFile file, StudyFolder folder, Run run, Graph graph, StudyData data) {
    this.file = file;
    this.folder = folder;
    this.run = run;
    this.stopwatch = new Stopwatch(run);
    this.graph = graph;
    this.training = data.training();
    this.targets = data.targets();
    this.task = Tasks.of(graph, file.task(), training);
  }

  /**
   * Reads model, data and checkpoints, tries them together, and makes or checks the folder: nothing is written before all are
   * found sound.
   *
   * @param run progress and cancellation; seed and workers are the run file's
   * @throws dev.whence.run.IncompatibleException if the folder holds another run
   * @throws IOException if a file cannot be read, with its name and the place in it
   */
  public static Study open(RunFile file, Path folder, Run run) throws IOException {
    int workers = file.workers() == 0 ? Runtime.getRuntime().availableProcessors() : file.workers();
    // steps spread their work over the workers themselves
    Threads.setIntraOp(1);
    Graph graph = Graphs.read(file.model());
    boolean opened = false;
    try {
      StudyData data = StudyData.read(file);
      Tasks.check(graph, file.task(), data.training(), "data");
      Tasks.check(graph, file.task(), data.targets(), "targets");
      Run own = run.withSeed(file.seed()).withWorkers(workers).withFolder(folder);
      var study = new Study(file, new StudyFolder(folder), own, graph, data);
      study.rehearse();
      StudyFolder.of(folder, file);
      opened = true;
      return study;
    } finally {
      if (!opened) {
        graph.close();
      }
    }
  }

  private void rehearse() throws IOException {
    var rehearsal = new Rehearsal(task, StudyData.areClassesStated(file));
    rehearsal.of(training, "data");
    rehearsal.of(targets, "targets");
    for (String checkpoint : file.training().checkpoints()) {
      Checkpoints.check(Path.of(checkpoint), graph);
    }
    if (file.training().checkpoints().isEmpty()) {
      initialization();
    }
  }

  /**
   * Deletes what an earlier run left in the folder (checkpoints, gradients, outcomes, scores, evaluation, report, run file),
   * and nothing else; does nothing where no run was.
   */
  public static void clear(Path folder) throws IOException {
    new StudyFolder(folder).clear();
  }

  /** What is asked. */
  public RunFile file() {
    return file;
  }

  /** Model, loss and measurement. */
  public Task.Differentiable task() {
    return task;
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

  /** Trains what the folder lacks, or reads the checkpoints that were trained elsewhere; the caller closes the models. */
  public Models train() throws IOException {
    return stopwatch.time("train", () -> {
      Models models = file.training().checkpoints().isEmpty() ? trained() : read();
      record();
      return models;
    });
  }

  private Models trained() throws IOException {
    var learner = learner();
    var saving = new Saving(folder.checkpoints(), file.training().checkpointsPerModel(), 500);
    var models = new TrainedModels(learner.trainer(), learner.initialization(), run);
    return new Models(models.train(TrainingSet.all(training), file.training().models(), saving));
  }

  private GraphLearner learner() {
    return new GraphLearner(task, file.training().recipe(), initialization());
  }

  private Initialization initialization() {
    return switch (file.training().start()) {
      case FRESH -> Initialization.afresh(graph, file.training().initialization());
      case FILE -> Initialization.file(graph);
    };
  }

  private Models read() throws IOException {
    var trainings = new ArrayList<List<Checkpoint>>();
    boolean done = false;
    try {
      for (int i = 0; i < file.training().checkpoints().size(); i++) {
        Checkpoint read = Checkpoints.read(Path.of(file.training().checkpoints().get(i)), graph);
        trainings.add(List.of(rated(read, i)));
      }
      done = true;
      return new Models(trainings);
    } finally {
      if (!done) {
        trainings.forEach(one -> one.forEach(Checkpoint::close));
      }
    }
  }

  private Checkpoint rated(Checkpoint read, int index) {
    List<Double> rates = file.training().checkpointRates();
    double rate = rates.isEmpty() ? read.learningRate() : rates.get(index);
    return new Checkpoint(read.state(), read.step(), rate == 0 && rates.isEmpty() ? 1 : rate);
  }

  /** Scores of every method, taken from the folder where they are there already; the caller closes them. */
  public Map<String, ScoreMatrix> attribute() throws IOException {
    var scores = new LinkedHashMap<String, ScoreMatrix>();
    boolean done = false;
    try (Models models = train()) {
      for (var entry : file.methods().entrySet()) {
        scores.put(entry.getKey(), stopwatch.time(entry.getKey(),
            () -> attribute(entry.getKey(), entry.getValue(), models)));
      }
      record();
      done = true;
      return scores;
    } finally {
      if (!done) {
        scores.values().forEach(ScoreMatrix::close);
      }
    }
  }

  private ScoreMatrix attribute(String name, TrainingDataMethod method, Models models) throws IOException {
    Path place = folder.scores(name);
    List<Checkpoint> chosen = method.followsTraining() ? models.all() : models.results();
    Run own = run.withFolder(folder.root());
    String wanted = new Subject(method, task, chosen, training, own).provenance(targets)
        .json(Optional.empty());
    if (Files.exists(place)) {
      ScoreMatrix found = ScoreFile.open(place);
      if (found.provenance().json(Optional.empty()).equals(wanted)) {
        return found;
      }
      found.close();
    }
    try (var attributor = method.fit(task, chosen, training, own);
        var scores = attributor.attribute(targets)) {
      Files.createDirectories(place.toAbsolutePath().resolveSibling("."));
      ScoreFile.write(place, scores);
    }
    return ScoreFile.open(place);
  }

  /**
   * Judges scores by models retrained on subsets, training those the folder lacks.
   *
   * @throws IllegalStateException if the run file asks for no subsets
   */
  public Judgement evaluate(Map<String, ScoreMatrix> scores) throws IOException {
    var judging = new Judging(file, folder, run, training, targets);
    Judgement judgement = stopwatch.time("retrain and judge", () -> judging.judge(learner(), scores));
    record();
    return judgement;
  }

  /**
   * Gathers a report.
   *
   * @param scores of the run's methods
   * @param judgement of them, if there is one
   * @throws IllegalArgumentException naming the method or target that the run does not have
   */
  public Report report(ReportSettings settings, Map<String, ScoreMatrix> scores,
      Optional<Judgement> judgement)
      throws IOException {
    String method = settings.method().isEmpty() ? scores.keySet().iterator().next() : settings.method();
    ScoreMatrix shown = scores.get(method);
    if (shown == null) {
      throw new IllegalArgumentException(
          "the run has no scores of method '" + method + "'; it has " + scores.keySet());
    }
    try (Models models = train()) {
      var guesses = new ModelGuesses(task, models.results(), targets);
      var gatherer = new ReportGatherer(training, targets, guesses, judgement);
      var provenance = StudyProvenance.of(file, run, task, training, targets);
      return new Report(folder.root().toAbsolutePath().normalize().getFileName().toString(), method,
          shown.semantics(), task.measured().unit(), gatherer.targets(shown, settings),
          gatherer.judgement(shown, stopwatch.seconds()),
          ReportGatherer.facts(provenance, stopwatch.seconds()), Yaml.write(file.values()), List.of());
    }
  }

  private void record() throws IOException {
    StudyProvenance.write(folder, file, run, task, training, targets, stopwatch);
  }

  @Override
  public void close() {
    graph.close();
  }
}
