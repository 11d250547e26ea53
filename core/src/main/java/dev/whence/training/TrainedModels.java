package dev.whence.training;

import dev.whence.graph.ModelState;
import dev.whence.graph.Parallel;
import dev.whence.run.Progress;
import dev.whence.run.Run;
import dev.whence.run.Seeds;
import dev.whence.run.Undo;
import dev.whence.training.initial.Initialization;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.stream.IntStream;

/**
 * Several models trained on the same examples from different seeds: the ensembles that methods average over. Models run side by
 * side on the run's workers, one intra-op thread each; each has a folder, {@code model-000} and so on, of checkpoints.
 */
public final class TrainedModels {
  private static final long STREAM = 0x6d6f64656cL; // "model": apart from other draws of the same seed

  private final Trainer trainer;
  private final Initialization initialization;
  private final Run run;

  /** Models of this trainer within this run, whose seed determines theirs. */
  public TrainedModels(Trainer trainer, Initialization initialization, Run run) {
    this.trainer = trainer;
    this.initialization = initialization;
    this.run = run;
  }

  /** The seed of a model, from 0. */
  public long seed(int model) {
    return Seeds.derive(run.seed(), STREAM, model);
  }

  /** Whether the folder has them all. */
  public boolean areThere(TrainingSet examples, int count, Saving saving) {
    return there(examples, count, saving) == count;
  }

  /** How many of them the folder has. */
  public int there(TrainingSet examples, int count, Saving saving) {
    long steps = trainer.recipe().totalSteps(examples.size());
    return (int) IntStream.range(0, count)
        .filter(model -> Files.exists(own(saving, model).checkpoint(steps))).count();
  }

  /**
   * Trains what the folder lacks.
   *
   * @param examples what all are trained on
   * @param count how many models, at least 1
   * @param saving the folder that holds theirs, and what each leaves there
   * @return each model's training, in order; the caller closes them
   * @throws dev.whence.run.IncompatibleException if the folder holds models of another recipe, seed, model or data
   * @throws NonFiniteLossException naming step and examples
   * @throws dev.whence.run.CancelledException if the run was cancelled
   */
  public List<Trajectory> train(TrainingSet examples, int count, Saving saving) throws IOException {
    if (count < 1) {
      throw new IllegalArgumentException("models must be >= 1, got " + count);
    }
    var trained = new ConcurrentSkipListMap<Integer, Trajectory>();
    long steps = trainer.recipe().totalSteps(examples.size());
    Progress progress = areThere(examples, count, saving) ? Progress.silent() : run.progress();
    try (var undo = Undo.of(() -> trained.values().forEach(Trajectory::close));
        Progress.Stage stage = progress.stage("training " + count + (count == 1 ? " model" : " models"),
            steps * count)) {
      Parallel.forEach(run, count, index -> {
        int model = Math.toIntExact(index);
        trained.put(model, one(examples, model, saving, stage, steps));
      });
      return undo.keep(List.copyOf(trained.values()));
    }
  }

  private Trajectory one(TrainingSet examples, int model, Saving saving, Progress.Stage stage,
      long steps)
      throws IOException {
    long[] made = {0};
    try (ModelState start = initialization.draw(seed(model))) {
      Trajectory trajectory = trainer.alsoListening(_ -> {
        made[0]++;
        stage.advance(1);
      }).train(start, examples, seed(model), run, own(saving, model));
      stage.advance(steps - made[0]);
      return trajectory;
    }
  }

  private static Saving own(Saving saving, int model) {
    return new Saving(saving.folder().resolve("model-%03d".formatted(model)), saving.checkpoints(),
        saving.every());
  }
}
