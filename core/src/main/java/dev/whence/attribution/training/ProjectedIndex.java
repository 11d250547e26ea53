package dev.whence.attribution.training;

import dev.whence.data.Batch;
import dev.whence.gradient.Featurizer;
import dev.whence.graph.ModelState;
import dev.whence.torch.DType;
import dev.whence.torch.Tensor;
import java.io.IOException;

/** Compares projected gradients; those of the training examples are made once and streamed from where they are kept. */
final class ProjectedIndex implements GradientIndex {
  private final RowSource sources;
  private final Featurizer targets;
  private final ModelState state;

  ProjectedIndex(RowSource sources, Featurizer targets, ModelState state) {
    this.sources = sources;
    this.targets = targets;
    this.state = state;
  }

  @Override
  public Comparison compare(Batch batch) throws IOException {
    Tensor left = targets.features(state, batch);
    Tensor dots = Tensor.zeros(DType.FLOAT64, batch.size(), sources.rows());
    Tensor squares = Tensor.zeros(DType.FLOAT64, sources.rows());
    sources.forEachBlock((first, block) -> {
      long end = first + block.size(0);
      dots.slice(1, first, end).copyFrom(left.matmul(block.transpose(0, 1)));
      squares.slice(0, first, end).copyFrom(squares(block));
    });
    return new Comparison(dots, squares(left).unsqueeze(1), squares.unsqueeze(0));
  }

  @Override
  public Comparison own(long first, Batch batch) throws IOException {
    Tensor left = targets.features(state, batch);
    Tensor right = sources.block(first, batch.size());
    return new Comparison(left.multiply(right).sum(1).to(DType.FLOAT64), squares(left), squares(right));
  }

  private static Tensor squares(Tensor rows) {
    return rows.multiply(rows).sum(1).to(DType.FLOAT64);
  }

  @Override
  public void close() throws IOException {
    targets.close();
    sources.close();
  }
}
