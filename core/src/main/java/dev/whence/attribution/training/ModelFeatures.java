package dev.whence.attribution.training;

import dev.whence.gradient.ExampleGradients;
import dev.whence.gradient.Featurizer;
import dev.whence.gradient.ProjectionSpec;
import dev.whence.graph.ModelState;
import dev.whence.run.Registry;
import dev.whence.run.Seeds;
import dev.whence.run.Settings;
import java.io.IOException;
import java.util.Map;

/** Projected gradients of one quantity at one of the models a method is fitted on. */
final class ModelFeatures {
  private ModelFeatures() {
  }

  /** The projection for the model with this number: a new one for each, and the same for training examples and targets. */
  static ProjectionSpec spec(dev.whence.gradient.ProjectionKind kind, Subject subject, int model) {
    return new ProjectionSpec(kind, Seeds.derive(subject.run().seed(), model));
  }

  /**
   * Those of all training examples.
   *
   * @param gradients of a quantity of the subject's task; one object for all models, since it settles once how they are taken
   * @param kind of the quantity, for the file's name
   */
  static RowSource rows(Subject subject, ExampleGradients gradients, String kind, ProjectionSpec spec,
      ModelState state, int model) throws IOException {
    String how = Registry.nameOf(spec.kind()) + Settings.values((Record) spec.kind()) + " seed "
        + spec.seed();
    String name = "%s-%s-%03d".formatted(Registry.nameOf(subject.method()), kind, model);
    var fingerprints = Map.of("graph", subject.task().graph().fingerprint().hex(), "model",
        state.fingerprint().hex(),
        "features", kind + " of " + Registry.nameOf(subject.task().trainingLoss()) + " by " + how);
    try (var featurizer = new Featurizer(gradients, spec)) {
      return FeatureRows.of(
          new FeatureRows.Description(name, work(subject, model), featurizer.columns(), fingerprints),
          batch -> featurizer.features(state, batch), subject.training(), subject.run());
    }
  }

  /** {@code gradients for trak, model 2 of 10}. */
  private static String work(Subject subject, int model) {
    return "gradients for %s, model %d of %d".formatted(Registry.nameOf(subject.method()), model + 1,
        subject.models().size());
  }
}
