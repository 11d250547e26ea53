package dev.whence.attribution.training;

import dev.whence.gradient.ExampleGradients;
import dev.whence.gradient.Featurizer;
import dev.whence.gradient.projection.ProjectionSpec;
import dev.whence.graph.ModelState;
import dev.whence.run.Registry;
import dev.whence.run.Seeds;
import dev.whence.run.Settings;
import dev.whence.task.Quantity;
import java.io.IOException;
import java.util.Map;

/** Projected gradients of one quantity at one of the models a method is fitted on. */
final class ModelFeatures {
  private ModelFeatures() {
  }

  /** The projection for the model with this number: a new one for each, and the same for training examples and targets. */
  static ProjectionSpec spec(dev.whence.gradient.projection.ProjectionKind kind, Subject subject, int model) {
    return new ProjectionSpec(kind, Seeds.derive(subject.run().seed(), model));
  }

  /**
   * Those of all training examples.
   *
   * @param gradients of a quantity of the subject's task; one object for all models, since it settles once how they are taken
   * @param kind of the quantity, for the file's name
   */
  static RowSource rows(Subject subject, ExampleGradients gradients, String kind, ProjectionSpec spec,
      int model) throws IOException {
    ModelState state = subject.models().get(model).state();
    try (var featurizer = new Featurizer(gradients, spec)) {
      return FeatureRows.of(description(subject, kind, spec, model, featurizer.columns()),
          batch -> featurizer.features(state, batch), subject.training(), subject.run());
    }
  }

  /** Those of the loss's output function, with −∂ℓ/∂f of each example in a last column, from one run of the model. */
  static RowSource outputRows(Subject subject, ExampleGradients gradients, ProjectionSpec spec, int model)
      throws IOException {
    ModelState state = subject.models().get(model).state();
    Quantity slope = subject.task().outputSlope();
    try (var featurizer = new Featurizer(gradients, spec)) {
      return FeatureRows.of(
          description(subject, "output-and-slope", spec, model, featurizer.columns() + 1),
          batch -> featurizer.features(state, batch, slope), subject.training(), subject.run());
    }
  }

  private static FeatureRows.Description description(Subject subject, String kind, ProjectionSpec spec,
      int model, int columns) {
    String how = Registry.nameOf(spec.kind()) + Settings.values((Record) spec.kind()) + " seed "
        + spec.seed();
    var fingerprints = Map.of(RowFiles.GRAPH, subject.task().graph().fingerprint().hex(), RowFiles.MODEL,
        subject.models().get(model).state().fingerprint().hex(),
        "features", kind + " of " + subject.task().trainingLoss() + " by " + how);
    return new FeatureRows.Description(kind + "-" + Registry.nameOf(spec.kind()),
        "gradients for " + work(subject, model), columns,
        BatchSize.of(subject), fingerprints);
  }

  /** {@code trak, model 2 of 10}. */
  static String work(Subject subject, int model) {
    return "%s, model %d of %d".formatted(Registry.nameOf(subject.method()), model + 1,
        subject.models().size());
  }
}
