package dev.whence.attribution.training;

import dev.whence.data.Batch;
import dev.whence.gradient.ExampleGradients;
import dev.whence.gradient.Featurizer;
import dev.whence.gradient.projection.ProjectionKind;
import dev.whence.gradient.projection.ProjectionSpec;
import dev.whence.graph.ModelState;
import java.io.Closeable;
import java.io.IOException;
import java.util.List;

/** Loss gradients of all training examples at one checkpoint, ready to be compared with targets' gradients. */
sealed interface GradientIndex extends Closeable permits ExactIndex, ProjectedIndex {
  /** Compares a few targets' gradients of the measurement with all; results in the caller's scope. */
  Comparison compare(Batch targets) throws IOException;

  /** Compares training examples, from that one on, each with its own gradient of the loss; as {@link #compare}. */
  Comparison own(long first, Batch examples) throws IOException;

  /** One index per checkpoint: gradients kept in the run's folder, or, where nothing is projected, made when needed. */
  static List<GradientIndex> build(Subject subject, ProjectionKind projection) throws IOException {
    var sources = subject.gradients(subject.task().loss());
    var targets = subject.gradients(subject.task().measurement());
    return Parts.of(subject.models().size(), i -> {
      ModelState state = subject.models().get(i).state();
      return projection instanceof ProjectionKind.Exact
          ? new ExactIndex(sources, targets, state, subject)
          : projected(sources, targets, subject, ModelFeatures.spec(projection, subject, i), i);
    });
  }

  private static GradientIndex projected(ExampleGradients sources, ExampleGradients targets,
      Subject subject, ProjectionSpec spec, int model) throws IOException {
    RowSource rows = ModelFeatures.rows(subject, sources, "loss", spec, model);
    return new ProjectedIndex(rows, new Featurizer(targets, spec), subject.models().get(model).state());
  }
}
