package dev.whence.attribution.training;

import dev.whence.data.Batch;
import dev.whence.data.Dataset;
import dev.whence.gradient.ExampleGradients;
import dev.whence.run.Provenance;
import dev.whence.run.Registry;
import dev.whence.run.Run;
import dev.whence.run.Version;
import dev.whence.task.Quantity;
import dev.whence.task.Task;
import dev.whence.torch.Scope;
import dev.whence.training.Checkpoint;
import dev.whence.training.Trajectory;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.LongStream;

/**
 * What an attributor is fitted on.
 *
 * @param method the method with its settings
 * @param task what is explained
 * @param models those of the trainings that the method looks at
 * @param training the examples they were trained on
 * @param run seed and folder
 */
public record Subject(TrainingDataMethod method, Task.Differentiable task, List<Checkpoint> models,
    Dataset training,
    Run run) {
  /** What a method is fitted on, by the models it looks at. */
  public static Subject of(TrainingDataMethod method, Task.Differentiable task, List<Trajectory> trajectories,
      Dataset training, Run run) {
    return new Subject(method, task, method.models(trajectories), training, run);
  }

  /** Copies; there is at least one model. */
  public Subject {
    models = List.copyOf(models);
    if (models.isEmpty()) {
      throw new IllegalArgumentException("a method needs at least one model to look at");
    }
  }

  /**
   * Gradients of a quantity of the task, settled on the first model and the first training examples, whatever is asked of
   * them later.
   */
  ExampleGradients gradients(Quantity quantity) {
    try (var _ = Scope.open()) {
      Batch first = training.batch(LongStream.range(0, Math.min(2, training.size())).toArray());
      return new ExampleGradients(task, quantity, models.getFirst().state(), first);
    }
  }

  private static String rate(Checkpoint model) {
    return model.learningRate().isPresent()
        ? Double.toString(model.learningRate().getAsDouble())
        : "unknown";
  }

  /** How scores for these targets are made: equal for equal scores on one machine. */
  public Provenance provenance(Dataset targets) {
    String states = models.stream()
        .map(model -> model.state().fingerprint().hex() + "@" + rate(model))
        .collect(Collectors.joining(","));
    return Provenance.of(Version.text(), Registry.nameOf(method), (Record) method)
        .withFingerprint("graph", task.graph().fingerprint().hex())
        .withFingerprint("models", states)
        .withFingerprint("training", training.fingerprint().hex())
        .withFingerprint("targets", targets.fingerprint().hex())
        .withFingerprint("measurement", task.measured() + " of " + task.trainingLoss())
        .withSeed("run", run.seed());
  }
}
