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
      squares.slice(0, first, end).copyFrom(block.multiply(block).sum(1));
    });
    return new Comparison(dots, left.multiply(left).sum(1).to(DType.FLOAT64), squares);
  }

  @Override
  public void close() throws IOException {
    targets.close();
    sources.close();
  }
}
