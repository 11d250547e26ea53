package dev.whence.attribution.training;

import dev.whence.data.Dataset;
import dev.whence.score.ScoreMatrix;
import dev.whence.torch.DType;
import dev.whence.torch.Scope;
import dev.whence.torch.Tensor;
import java.io.IOException;
import java.util.List;

/** Sums what each checkpoint's comparison contributes. */
final class GradientAttributor implements SelfInfluence {
  /** Training examples compared with themselves at once. */
  private static final int SELF_BATCH = 64;

  private final Subject subject;
  private final int batchSize;
  private final boolean additive;
  private final List<GradientIndex> indexes;
  private final Contribution contribution;

  GradientAttributor(Subject subject, int batchSize, boolean additive, List<GradientIndex> indexes,
      Contribution contribution) {
    this.subject = subject;
    this.batchSize = batchSize;
    this.additive = additive;
    this.indexes = indexes;
    this.contribution = contribution;
  }

  /** What is added to the scores for one checkpoint. */
  @FunctionalInterface
  interface Contribution {
    /** Of the shape of the comparison's dots; the checkpoint is counted from 0. */
    Tensor of(int checkpoint, Comparison comparison);
  }

  @Override
  public ScoreMatrix attribute(Dataset targets) throws IOException {
    return new TargetLoop(subject, batchSize, additive).score(targets, batch -> {
      Tensor scores = Tensor.zeros(DType.FLOAT64, batch.size(), subject.training().size());
      for (int i = 0; i < indexes.size(); i++) {
        try (var _ = Scope.open()) {
          scores.copyFrom(scores.add(contribution.of(i, indexes.get(i).compare(batch))));
        }
      }
      return scores;
    });
  }

  @Override
  public double[] selfInfluence() throws IOException {
    return new SelfLoop(subject, SELF_BATCH).score((first, batch) -> {
      Tensor scores = Tensor.zeros(DType.FLOAT64, batch.size());
      for (int i = 0; i < indexes.size(); i++) {
        try (var _ = Scope.open()) {
          scores.copyFrom(scores.add(contribution.of(i, indexes.get(i).own(first, batch))));
        }
      }
      return scores;
    });
  }

  @Override
  public void close() throws IOException {
    Parts.close(indexes);
  }
}
