package dev.whence.attribution.training;

import dev.whence.data.Batch;
import dev.whence.gradient.ProjectionKind;
import dev.whence.graph.ModelState;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Loss gradients of all training examples at one checkpoint, ready to be compared with targets' gradients. */
sealed interface GradientIndex extends AutoCloseable permits ExactIndex, ProjectedIndex {
  /** Compares a few targets' gradients of the measurement with all; results in the caller's scope. */
  Comparison compare(Batch targets) throws IOException;

  @Override
  void close() throws IOException;

  /** One index a checkpoint: gradients kept in the run's folder, or, where nothing is projected, made when needed. */
  static List<GradientIndex> build(Subject subject, ProjectionKind projection) throws IOException {
    var built = new ArrayList<GradientIndex>();
    boolean done = false;
    try {
      for (int i = 0; i < subject.models().size(); i++) {
        built.add(index(subject, subject.models().get(i).state(), projection, i));
      }
      done = true;
      return List.copyOf(built);
    } finally {
      if (!done) {
        for (GradientIndex index : built) {
          index.close();
        }
      }
    }
  }

  private static GradientIndex index(Subject subject, ModelState state, ProjectionKind projection, int model)
      throws IOException {
    if (projection instanceof ProjectionKind.Exact) {
      return new ExactIndex(subject, state);
    }
    var spec = ModelFeatures.spec(projection, subject, model);
    RowSource rows = ModelFeatures.rows(subject, subject.task().loss(), "loss", spec, state, model);
    return new ProjectedIndex(rows, ModelFeatures.featurizer(subject, subject.task().measurement(), spec),
        state);
  }
}
