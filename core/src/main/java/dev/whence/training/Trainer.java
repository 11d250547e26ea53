package dev.whence.training;

import dev.whence.data.Batch;
import dev.whence.data.Dataset;
import dev.whence.graph.ModelState;
import dev.whence.run.CancelledException;
import dev.whence.run.Json;
import dev.whence.run.Run;
import dev.whence.run.Settings;
import dev.whence.task.Loss;
import dev.whence.task.Task;
import dev.whence.torch.Scope;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/**
 * Trains a model by a recipe. The same model, recipe, examples and seed give the same bits on one machine with the same
 * number of intra-op threads. Immutable; several threads may train at once, each its own model.
 */
public final class Trainer {
  private final Task.Differentiable task;
  private final Recipe recipe;
  private final TrainingStep step;
  private final Step.Listener listener;

  /**
   * Training of the task's model on the task's loss.
   *
   * @throws IllegalArgumentException if labels are to be smoothed for a loss without classes
   * @throws dev.whence.graph.execution.UnsupportedModeException if the model cannot be trained, naming the node
   */
  public Trainer(Task.Differentiable task, Recipe recipe) {
    this(smoothed(task, recipe), recipe, Step.Listener.NONE);
  }

  private Trainer(Task.Differentiable task, Recipe recipe, Step.Listener listener) {
    this.task = task;
    this.recipe = recipe;
    this.step = new TrainingStep(task, recipe.optimizer());
    this.listener = Objects.requireNonNull(listener);
  }

  private static Task.Differentiable smoothed(Task.Differentiable task, Recipe recipe) {
    if (recipe.labelSmoothing() == 0) {
      return task;
    }
    if (task.trainingLoss() instanceof Loss.Smoothable loss) {
      return task.trainedOn(loss.smoothed(recipe.labelSmoothing()));
    }
    throw new IllegalArgumentException("label-smoothing needs a loss over classes, but the loss is "
        + task.trainingLoss().getClass().getSimpleName() + "; set label-smoothing to 0");
  }

  /** The same trainer, which tells every step to this listener and no other. */
  public Trainer listening(Step.Listener other) {
    return new Trainer(task, recipe, other);
  }

  /** The same trainer, which tells every step to this listener too. */
  Trainer alsoListening(Step.Listener other) {
    return new Trainer(task, recipe, made -> {
      listener.onStep(made);
      other.onStep(made);
    });
  }

  /** The recipe. */
  public Recipe recipe() {
    return recipe;
  }

  /** The task that is trained on, its labels smoothed as the recipe wants. */
  public Task.Differentiable task() {
    return task;
  }

  /** The step that is repeated. */
  public TrainingStep step() {
    return step;
  }

  /** As {@link #train(ModelState, TrainingSet, long, Run)} on these rows, each step told to the listener. */
  public ModelState train(ModelState start, Dataset data, long[] rows, long seed, Run run,
      Step.Listener everyStep) {
    return listening(everyStep).train(start, TrainingSet.of(data, rows), seed, run);
  }

  /**
   * The trained model, without a file; the caller closes it.
   *
   * @param start parameters and buffers to begin with; borrowed
   * @param seed determines order and dropout
   * @throws NonFiniteLossException naming step and examples
   * @throws CancelledException if the run was cancelled
   */
  public ModelState train(ModelState start, TrainingSet examples, long seed, Run run) {
    try (var _ = Scope.open()) {
      TrainingState begin = TrainingState.start(start, recipe.optimizer()).release();
      try (TrainingState end = new Fold(examples, seed, run, null).from(begin)) {
        return end.model().copy();
      }
    } catch (IOException e) {
      throw new IllegalStateException("training without files met an error of files", e);
    }
  }

  /**
   * The training with the checkpoints it kept; the caller closes it. Resumes what a killed or cancelled run left, and gives the same
   * bytes as an undisturbed one.
   *
   * @throws dev.whence.run.IncompatibleException if the folder holds another run's files
   * @throws NonFiniteLossException naming step and examples
   * @throws CancelledException if the run was cancelled; the state is saved
   */
  public Trajectory train(ModelState start, TrainingSet examples, long seed, Run run, Saving saving)
      throws IOException {
    var saved = new SavedRun(saving, recipe.totalSteps(examples.size()), identity(start, examples, seed));
    Optional<List<Checkpoint>> finished = saved.finished(task.graph());
    var course = new Course(recipe, examples, seed);
    if (finished.isPresent()) {
      return new Trajectory(finished.get(), Optional.of(course));
    }
    try (var _ = Scope.open()) {
      TrainingState begin = TrainingState.start(start, recipe.optimizer());
      Optional<TrainingState> left = saved.resumable(begin);
      new Fold(examples, seed, run, saved).from(left.orElseGet(begin::release)).close();
      saved.finish();
    }
    return new Trajectory(saved.read(task.graph()), Optional.of(course));
  }

  private Map<String, String> identity(ModelState start, TrainingSet examples, long seed) {
    var identity = new LinkedHashMap<String, String>();
    flatten("recipe", Settings.values(recipe), identity);
    identity.put("loss", task.trainingLoss().toString());
    identity.put("seed", Long.toString(seed));
    identity.put("data", examples.data().fingerprint().hex());
    identity.put("examples", examples.digest());
    identity.put("model", task.graph().fingerprint().hex());
    identity.put("start", start.fingerprint().hex());
    return identity;
  }

  private static void flatten(String name, @Nullable Object value, Map<String, String> into) {
    if (value instanceof Map<?, ?> map && !map.isEmpty()) {
      map.forEach((key, inner) -> flatten(name + " " + key, inner, into));
    } else {
      into.put(name,
          value instanceof String text
              ? text
              : Json.compact(Objects.requireNonNull(value)));
    }
  }

  /** One run over the examples; belongs to one thread. */
  private final class Fold {
    private final TrainingSet examples;
    private final Course course;
    private final Run run;
    private final @Nullable SavedRun saved;
    private final BatchOrder order;
    private final long total;

    Fold(TrainingSet examples, long seed, Run run, @Nullable SavedRun saved) {
      this.examples = examples;
      this.course = new Course(recipe, examples, seed);
      this.run = run;
      this.saved = saved;
      this.order = course.order();
      this.total = course.steps();
    }

    /** The last state, released; the given one is closed. */
    TrainingState from(TrainingState begin) throws IOException {
      TrainingState state = begin;
      boolean done = false;
      try {
        while (state.step() < total) {
          stopIfCancelled(state);
          TrainingState next = next(state);
          state.closeAllBut(next);
          state = next;
          requireFinite(state);
          if (saved != null) {
            saved.after(state, course.rate(state.step() - 1));
          }
        }
        done = true;
        return state;
      } finally {
        if (!done) {
          state.close();
        }
      }
    }

    private void stopIfCancelled(TrainingState state) throws IOException {
      try {
        run.checkCancelled();
      } catch (CancelledException e) {
        if (saved != null && state.step() > 0) {
          saved.writeState(state, course.rate(state.step() - 1));
        }
        throw e;
      }
    }

    private TrainingState next(TrainingState state) {
      try (var _ = Scope.open()) {
        long index = state.step();
        int[] positions = order.positions(index);
        Batch batch = course.batch(positions);
        double rate = course.rate(index);
        TrainingStep.Result result = step.apply(state, batch,
            course.weights(positions, state.layout().dtype()), rate, course.seed());
        double loss = mean(result.losses().toDoubles(), positions, index, rate);
        listener.onStep(new Step(index, order.epoch(index), rate, loss, batch, state, result.state()));
        return result.state().release();
      }
    }

    private double mean(double[] losses, int[] positions, long index, double rate) {
      double sum = 0;
      for (int i = 0; i < losses.length; i++) {
        sum += examples.weight(positions[i]).orElse(1) * losses[i];
      }
      if (!Double.isFinite(sum)) {
        List<String> ids = LongStream.range(0, losses.length).filter(i -> !Double.isFinite(losses[(int) i]))
            .mapToObj(i -> examples.data().id(examples.row(positions[(int) i]))).toList();
        throw new NonFiniteLossException(index, ids, rate);
      }
      return sum / losses.length;
    }

    private void requireFinite(TrainingState state) {
      if (state.step() == total && !state.vectors().parameters().isFinite()) {
        throw new NonFiniteLossException(total - 1, course.rate(total - 1));
      }
    }
  }
}
