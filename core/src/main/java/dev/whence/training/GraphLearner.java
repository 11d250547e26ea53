package dev.whence.training;

import dev.whence.data.Dataset;
import dev.whence.graph.ModelState;
import dev.whence.graph.Parallel;
import dev.whence.run.Run;
import dev.whence.run.Workers;
import dev.whence.task.Task;
import dev.whence.torch.Scope;
import dev.whence.training.initial.Initialization;
import java.io.IOException;
import java.util.stream.LongStream;

/** Trains a task's graph by a recipe from initial numbers by seed, and asks for the task's measurement. */
public final class GraphLearner implements Learner<Dataset> {
  private static final int BATCH = 256;

  private final Task.Differentiable task;
  private final Trainer trainer;
  private final Initialization initialization;

  /**
   * A learner over the task's graph, which is borrowed.
   *
   * @throws IllegalArgumentException as {@link Trainer#Trainer}
   */
  public GraphLearner(Task.Differentiable task, Recipe recipe, Initialization initialization) {
    this.task = task;
    this.trainer = new Trainer(task, recipe);
    this.initialization = initialization;
  }

  /** What trains. */
  public Trainer trainer() {
    return trainer;
  }

  /** What training begins with. */
  public Initialization initialization() {
    return initialization;
  }

  @Override
  public Trained<Dataset> train(Dataset data, long[] rows, long seed, Run run) {
    try (ModelState start = initialization.draw(seed)) {
      return new Model(trainer.train(start, TrainingSet.of(data, rows), seed, run));
    }
  }

  /** One intra-op thread for each unit, so that numbers do not depend on how many workers there are. */
  @Override
  public void sideBySide(Run run, long count, Workers.Unit unit) throws IOException {
    Parallel.forEach(run, count, unit);
  }

  /** The task's measurement of every target by this model, {@code [m]}; safe for several threads. */
  public float[] measurements(ModelState state, Dataset targets) {
    float[] all = new float[Math.toIntExact(targets.size())];
    for (int first = 0; first < all.length; first += BATCH) {
      try (var _ = Scope.open()) {
        long[] rows = LongStream.range(first, Math.min(first + BATCH, all.length)).toArray();
        float[] some = task.measurements(state, targets.batch(rows)).toFloats();
        System.arraycopy(some, 0, all, first, some.length);
      }
    }
    return all;
  }

  private final class Model implements Trained<Dataset> {
    private final ModelState state;

    Model(ModelState state) {
      this.state = state;
    }

    @Override
    public float[] measurements(Dataset targets) {
      return GraphLearner.this.measurements(state, targets);
    }

    @Override
    public void close() {
      state.close();
    }
  }
}
