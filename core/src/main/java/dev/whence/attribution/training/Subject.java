package dev.whence.attribution.training;

import dev.whence.data.Dataset;
import dev.whence.run.Provenance;
import dev.whence.run.Registry;
import dev.whence.run.Run;
import dev.whence.run.Version;
import dev.whence.task.Task;
import dev.whence.training.Checkpoint;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What an attributor is fitted on.
 *
 * @param method the method with its settings
 * @param task what is explained
 * @param models the models or checkpoints it averages over
 * @param training the examples they were trained on
 * @param run seed and folder
 */
public record Subject(TrainingDataMethod method, Task.Differentiable task, List<Checkpoint> models,
    Dataset training,
    Run run) {
  /** Copies; there is at least one model. */
  public Subject {
    models = List.copyOf(models);
    if (models.isEmpty()) {
      throw new IllegalArgumentException("a method needs at least one model to look at");
    }
  }

  /** How scores for these targets are made: equal for equal scores on one machine. */
  public Provenance provenance(Dataset targets) {
    String states = models.stream()
        .map(model -> model.state().fingerprint().hex() + "@" + model.learningRate())
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
