package dev.whence.attribution.training;

import dev.whence.data.Batch;
import dev.whence.data.Dataset;
import dev.whence.gradient.ExampleGradients;
import dev.whence.gradient.factor.FactoredGradient;
import dev.whence.graph.ModelState;
import dev.whence.graph.Parallel;
import dev.whence.run.Run;
import dev.whence.torch.DType;
import dev.whence.torch.Scope;
import dev.whence.torch.Tensor;
import java.io.IOException;
import java.util.List;
import java.util.stream.LongStream;

/**
 * Compares gradients in factored form, without ever writing one out: nothing is stored, each comparison passes over the
 * training examples once.
 */
final class ExactIndex implements GradientIndex {
  private static final int BLOCK = 64;

  private final ExampleGradients sources;
  private final ExampleGradients targets;
  private final ModelState state;
  private final Dataset training;
  private final Run run;

  /** Compares the targets' gradients with those of the subject's training examples, both at that state. */
  ExactIndex(ExampleGradients sources, ExampleGradients targets, ModelState state, Subject subject) {
    this.sources = sources;
    this.targets = targets;
    this.state = state;
    this.training = subject.training();
    this.run = subject.run();
  }

  @Override
  public Comparison compare(Batch batch) throws IOException {
    long n = training.size();
    Tensor dots = Tensor.zeros(DType.FLOAT64, batch.size(), n);
    Tensor squares = Tensor.zeros(DType.FLOAT64, n);
    Tensor targetSquares = Tensor.zeros(DType.FLOAT64, batch.size());
    try (var _ = Scope.open()) {
      List<FactoredGradient> left = targets.of(state, batch);
      left.forEach(gradient -> targetSquares.copyFrom(targetSquares.add(gradient.squaredNorm())));
      Parallel.forEach(run, Math.ceilDiv(n, BLOCK), block -> {
        long first = block * BLOCK;
        long end = Math.min(n, first + BLOCK);
        try (var _ = Scope.open()) {
          compareBlock(left, LongStream.range(first, end).toArray(), dots.slice(1, first, end),
              squares.slice(0, first, end));
        }
      });
    }
    return new Comparison(dots, targetSquares.unsqueeze(1), squares.unsqueeze(0));
  }

  @Override
  public Comparison own(long first, Batch batch) {
    List<FactoredGradient> left = targets.of(state, batch);
    List<FactoredGradient> right = sources.of(state, batch);
    Tensor dots = Tensor.zeros(DType.FLOAT64, batch.size());
    Tensor targetSquares = Tensor.zeros(DType.FLOAT64, batch.size());
    Tensor sourceSquares = Tensor.zeros(DType.FLOAT64, batch.size());
    for (int i = 0; i < left.size(); i++) {
      dots.copyFrom(dots.add(left.get(i).pairedDot(right.get(i))));
      targetSquares.copyFrom(targetSquares.add(left.get(i).squaredNorm()));
      sourceSquares.copyFrom(sourceSquares.add(right.get(i).squaredNorm()));
    }
    return new Comparison(dots, targetSquares, sourceSquares);
  }

  private void compareBlock(List<FactoredGradient> left, long[] rows, Tensor dots, Tensor squares) {
    List<FactoredGradient> right = sources.of(state, training.batch(rows));
    for (int i = 0; i < left.size(); i++) {
      dots.copyFrom(dots.add(left.get(i).dot(right.get(i))));
      squares.copyFrom(squares.add(right.get(i).squaredNorm()));
    }
  }

  @Override
  public void close() {
    // nothing is held
  }
}
