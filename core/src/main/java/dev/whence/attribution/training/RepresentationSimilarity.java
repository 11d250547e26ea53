package dev.whence.attribution.training;

import dev.whence.attribution.Representation;
import dev.whence.data.Dataset;
import dev.whence.graph.ModelState;
import dev.whence.run.Named;
import dev.whence.run.Run;
import dev.whence.run.Setting;
import dev.whence.run.Settings;
import dev.whence.task.Task;
import dev.whence.torch.Scope;
import dev.whence.training.Trajectory;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/**
 * Cosine or dot product of what target and source look like inside the model, averaged over the models: corroborates,
 * predicts nothing.
 *
 * @param node where to look: a node's name, operator or module path, whose output is compared; empty for the input of the
 *   last linear layer
 * @param product what is taken of the two vectors
 * @param batchSize targets worked on at once, at least 1
 */
@Named("similarity")
public record RepresentationSimilarity(
    @Setting(help = "node, operator or module whose output is compared; empty: the last linear layer's input") String node,
    @Setting(help = "cosine, or the dot product, which long vectors raise") Product product,
    @Setting(help = "targets worked on at once", min = 1) int batchSize) implements TrainingDataMethod {
  /** Checks the bounds. */
  public RepresentationSimilarity {
    Settings.check(RepresentationSimilarity.class, node, product, batchSize);
  }

  /** Cosines of the input of the last linear layer, 64 targets at once. */
  public RepresentationSimilarity() {
    this("", Product.COSINE, 64);
  }

  /** What is taken of two vectors. */
  public enum Product {
    /** Of unit vectors: which way they point. */
    COSINE,
    /** Of the vectors as they are. */
    DOT
  }

  @Override
  public TrainingDataAttributor fit(Task.Differentiable task, List<Trajectory> trajectories, Dataset training,
      Run run)
      throws IOException {
    var place = Representation.of(task, node, product == Product.COSINE);
    var subject = Subject.of(this, task, trajectories, training, run);
    List<RowSource> sources = Parts.of(trajectories.size(), i -> rows(place, subject, i));
    return new SimilarityAttributor(new TargetLoop(subject, batchSize, false), sources,
        (model, batch) -> place.rows(subject.models().get(model).state(), batch));
  }

  private static RowSource rows(Representation place, Subject subject, int model) throws IOException {
    ModelState state = subject.models().get(model).state();
    var description = new FeatureRows.Description("representation",
        "representations, model %d of %d".formatted(model + 1, subject.models().size()),
        width(place, state, subject.training()), BatchSize.of(subject),
        Map.of(RowFiles.GRAPH, subject.task().graph().fingerprint().hex(),
            RowFiles.MODEL, state.fingerprint().hex(), "features", place.name()));
    return FeatureRows.of(description, batch -> place.rows(state, batch), subject.training(), subject.run());
  }

  private static int width(Representation place, ModelState state, Dataset training) {
    try (var _ = Scope.open()) {
      return (int) place.rows(state, training.batch(0)).size(1);
    }
  }
}
