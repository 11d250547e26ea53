package dev.whence.attribution.training;

import dev.whence.data.Batch;
import dev.whence.data.Dataset;
import dev.whence.score.ScoreMatrix;
import dev.whence.torch.DType;
import dev.whence.torch.Scope;
import dev.whence.torch.Tensor;
import java.io.IOException;
import java.util.List;

/** Mean over the models of products between targets' rows and the stored rows of the training examples. */
final class SimilarityAttributor implements TrainingDataAttributor {
  private final TargetLoop loop;
  private final List<RowSource> sources;
  private final TargetRows targetRows;

  SimilarityAttributor(TargetLoop loop, List<RowSource> sources, TargetRows targetRows) {
    this.loop = loop;
    this.sources = List.copyOf(sources);
    this.targetRows = targetRows;
  }

  /** The rows of a few targets at one model, {@code [b, k]}. */
  @FunctionalInterface
  interface TargetRows {
    Tensor of(int model, Batch batch);
  }

  @Override
  public ScoreMatrix attribute(Dataset targets) throws IOException {
    return loop.score(targets, batch -> {
      Tensor total = Tensor.zeros(DType.FLOAT64, batch.size(), loop.subject().training().size());
      for (int i = 0; i < sources.size(); i++) {
        try (var _ = Scope.open()) {
          Tensor left = targetRows.of(i, batch);
          sources.get(i).forEachBlock((first, block) -> {
            Tensor place = total.slice(1, first, first + block.size(0));
            place.copyFrom(place.add(left.matmul(block.transpose(0, 1))));
          });
        }
      }
      return total.multiply(1.0 / sources.size());
    });
  }

  @Override
  public void close() throws IOException {
    Parts.close(sources);
  }
}
