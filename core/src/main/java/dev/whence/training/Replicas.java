package dev.whence.training;

import dev.whence.data.Examples;
import dev.whence.run.Progress;
import dev.whence.run.Run;
import dev.whence.run.Seeds;
import dev.whence.store.OutcomeStore;
import java.io.IOException;
import java.util.List;

/**
 * Trains one model for each subset and repeat, and keeps what each answers. Models run side by side on the run's workers; a learner
 * sees to it that its numbers do not depend on how many there are.
 *
 * @param <D> what the learner learns from
 */
public final class Replicas<D extends Examples> {
  private static final long STREAM = 0x7265706cL; // "repl": apart from other draws of the same seed

  private final Learner<D> learner;
  private final Run run;

  /** Replicas of this learner within this run, whose seed determines theirs. */
  public Replicas(Learner<D> learner, Run run) {
    this.learner = learner;
    this.run = run;
  }

  /** The seed of the model of a subset and repeat. */
  public long seed(int subset, int repeat) {
    return Seeds.derive(run.seed(), STREAM, subset, repeat);
  }

  /**
   * Trains the models whose outcomes the store lacks, on the subsets of its masks, and stores each one's answers as soon as it
   * has them. A run that was killed or cancelled resumes from there.
   *
   * @param training the examples the masks are over
   * @param targets the examples each model is asked about, one per output of the store
   * @throws IllegalArgumentException if the store is for other numbers of examples or outputs
   * @throws dev.whence.run.CancelledException if the run was cancelled
   */
  public void measure(D training, D targets, OutcomeStore store) throws IOException {
    check("sources", store.header().sources().size(), training.size());
    check("outputs", store.header().outputs().size(), targets.size());
    List<Integer> missing = store.missing();
    int repeats = store.header().repeats();
    if (missing.isEmpty()) {
      return;
    }
    try (Progress.Stage stage = run.progress().stage(
        "training " + missing.size() + (missing.size() == 1 ? " model" : " models") + " on subsets",
        missing.size())) {
      learner.sideBySide(run, missing.size(), index -> {
        int model = missing.get(Math.toIntExact(index));
        measure(training, targets, store, model / repeats, model % repeats);
        stage.advance(1);
      });
    }
  }

  private void measure(D training, D targets, OutcomeStore store, int subset, int repeat)
      throws IOException {
    long[] rows = store.masks().rows(subset);
    try (Learner.Trained<D> model = learner.train(training, rows, seed(subset, repeat), run)) {
      store.write(subset, repeat, model.measurements(targets));
    }
  }

  private static void check(String what, long stored, long given) {
    if (stored != given) {
      throw new IllegalArgumentException(
          "the outcome store is for " + stored + " " + what + ", but " + given + " examples were given");
    }
  }
}
