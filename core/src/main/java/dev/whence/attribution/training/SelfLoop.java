package dev.whence.attribution.training;

import dev.whence.data.Batch;
import dev.whence.run.Registry;
import dev.whence.torch.Scope;
import dev.whence.torch.Tensor;
import java.io.IOException;
import java.util.stream.LongStream;

/** Goes through the training examples batch by batch and collects each one's score for itself. */
record SelfLoop(Subject subject, int batchSize) {
  /** The scores of a few training examples for themselves, {@code [b]} of any floating type. */
  @FunctionalInterface
  interface BatchScorer {
    /** Called with the first example's number and all of them. */
    Tensor score(long first, Batch batch) throws IOException;
  }

  double[] score(BatchScorer scorer) throws IOException {
    long n = subject.training().size();
    var scores = new double[Math.toIntExact(n)];
    String name = Registry.nameOf(subject.method());
    try (var stage = subject.run().progress().stage("self-influence with " + name, n)) {
      for (long first = 0; first < n; first += batchSize) {
        subject.run().checkCancelled();
        int end = (int) Math.min(n, first + batchSize);
        try (var _ = Scope.open()) {
          Batch batch = subject.training().batch(LongStream.range(first, end).toArray());
          double[] own = scorer.score(first, batch).toDoubles();
          System.arraycopy(own, 0, scores, (int) first, own.length);
        }
        stage.advance(end - first);
      }
    }
    return scores;
  }
}
