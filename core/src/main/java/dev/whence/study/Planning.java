package dev.whence.study;

import dev.whence.data.Dataset;
import dev.whence.data.Datasets;
import dev.whence.graph.ModelState;
import dev.whence.run.Progress;
import dev.whence.run.Run;
import dev.whence.torch.Tensor;
import dev.whence.training.GraphLearner;
import dev.whence.training.Recipe;
import dev.whence.training.Trainer;
import dev.whence.training.TrainingSet;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Finds out what training takes by doing a few steps of it.
 *
 * @param choice the settings of training and whose recipe it is
 * @param models the models a run attributes with
 * @param training what they are trained on
 * @param targets what those on subsets are asked about
 * @param folder of the run
 * @param run workers
 */
record Planning(ModelChoice choice, StudyModels models, Dataset training, Dataset targets, StudyFolder folder,
    Run run) {
  /** Steps are repeated for about so long. */
  private static final double MEASURED_SECONDS = 0.5;
  private static final int MOST_STEPS = 50;
  /** A pass without gradients takes about this share of a step. */
  private static final double FORWARD = 1.0 / 3;

  /** Of the models that are attributed with. */
  Plan ofTraining() throws IOException {
    var parts = new ArrayList<Plan.Part>();
    if (models.areMissing()) {
      parts.add(keptPart("to attribute with", models.missing(), secondsPerStep()));
    }
    return plan(parts, List.of());
  }

  /**
   * Models that are not there yet.
   *
   * @param own to attribute with
   * @param subsets on random subsets
   * @param leaveOneOut on all examples, and on all but single ones
   * @param flipped on labels made wrong on purpose
   */
  record Missing(int own, int subsets, int leaveOneOut, int flipped) {
    int all() {
      return own + subsets + leaveOneOut + flipped;
    }
  }

  /** Of all that is missing, in the order in which it is done. */
  Plan ofJudging(EvaluationSettings settings, Missing missing, List<String> uncounted) throws IOException {
    double step = missing.all() > 0 ? secondsPerStep() : 0;
    long half = Math.max(1, Math.round(settings.fraction() * training.size()));
    long left = Math.min(settings.leaveOneOut().examples(), training.size());
    List<Plan.Part> parts = Stream.of(keptPart("to attribute with", missing.own(), step),
        askedPart("on random subsets, to judge by", missing.subsets(), half, settings.subsets(), step),
        askedPart("on all examples and on all but one of " + left + ", to judge by", missing.leaveOneOut(),
            Math.max(1, training.size() - 1), left + 1, step),
        keptPart("on labels made wrong on purpose, to see whether they are found", missing.flipped(), step))
        .filter(part -> part.models() > 0).toList();
    return plan(parts, uncounted);
  }

  private Plan plan(List<Plan.Part> parts, List<String> uncounted) throws IOException {
    return new Plan(parts, uncounted, choice.recipe(), run.workers(), free());
  }

  /** Models on all examples, whose checkpoints are kept. */
  private Plan.Part keptPart(String what, int missing, double step) {
    long steps = recipe().totalSteps(training.size());
    long kept = Math.min(steps, choice.settings().keptCheckpoints());
    return new Plan.Part(what, missing, training.size(), steps, spread(missing, steps * step),
        missing * kept * bytes(models.task().graph().state()));
  }

  /** Models that are asked about the targets, and not kept. */
  private Plan.Part askedPart(String what, int missing, long examples, long sets, double step) {
    long steps = recipe().totalSteps(examples);
    double asking = FORWARD * step * targets.size() / recipe().batchSize();
    long masks = Math.ceilDiv(training.size(), 8L) * sets;
    return new Plan.Part(what, missing, examples, steps, spread(missing, steps * step + asking),
        masks + 4L * missing * targets.size());
  }

  /** Seconds of several models, each trained by one worker. */
  private double spread(int count, double seconds) {
    return Math.ceilDiv(count, Math.min(run.workers(), Math.max(1, count))) * seconds;
  }

  private Recipe recipe() {
    return choice.settings().usedRecipe();
  }

  private static long bytes(ModelState state) {
    return bytes(state.parameters()) + bytes(state.buffers());
  }

  private static long bytes(Map<String, Tensor> tensors) {
    return tensors.values().stream().mapToLong(tensor -> tensor.elements() * tensor.dtype().bytes()).sum();
  }

  private double secondsPerStep() {
    GraphLearner learner = models.learner();
    int batch = (int) Math.min(recipe().batchSize(), training.size());
    var some = TrainingSet.of(training, Datasets.range(0, batch));
    try (ModelState start = learner.initialization().draw(run.seed())) {
      timed(learner, start, some, batch, 1); // what is done once is not counted
      double one = timed(learner, start, some, batch, 2) / 2;
      int steps = (int) Math.clamp(MEASURED_SECONDS / Math.max(one, 1e-6), 1, MOST_STEPS);
      return timed(learner, start, some, batch, steps) / steps;
    }
  }

  private double timed(GraphLearner learner, ModelState start, TrainingSet some, int batch, int steps) {
    Instant before = run.now();
    new Trainer(learner.trainer().task(), recipe().smoothed(0).steps(steps, batch))
        .train(start, some, run.seed(), run.withProgress(Progress.silent())).close();
    return Duration.between(before, run.now()).toNanos() / 1e9;
  }

  private long free() throws IOException {
    Path there = folder.root().toAbsolutePath().normalize();
    while (!Files.exists(there) && there.getParent() != null) {
      there = there.getParent();
    }
    return Files.getFileStore(there).getUsableSpace();
  }
}
