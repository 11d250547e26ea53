package dev.whence.attribution.training;

import dev.whence.data.Batch;
import dev.whence.data.Dataset;
import dev.whence.run.Registry;
import dev.whence.score.Axis;
import dev.whence.score.ScoreBuilder;
import dev.whence.score.ScoreMatrix;
import dev.whence.score.Semantics;
import dev.whence.torch.DType;
import dev.whence.torch.Scope;
import dev.whence.torch.Tensor;
import java.io.IOException;
import java.util.stream.LongStream;

/**
 * Goes through the targets batch by batch and collects their scores.
 *
 * @param subject what was fitted
 * @param batchSize targets at once
 * @param additive whether sums of scores predict joint effects up to one factor; otherwise only ranks mean something
 */
record TargetLoop(Subject subject, int batchSize, boolean additive) {
  /** The scores of one batch of targets, {@code [b, n]} of any floating type. */
  @FunctionalInterface
  interface BatchScorer {
    Tensor score(Batch targets) throws IOException;
  }

  ScoreMatrix score(Dataset targets, BatchScorer scorer) throws IOException {
    var builder = new ScoreBuilder(axis(Axis.Kind.TARGET, targets),
        axis(Axis.Kind.TRAINING_EXAMPLE, subject.training()), semantics(), subject.provenance(targets));
    String name = Registry.nameOf(subject.method());
    try (var stage = subject.run().progress().stage("scoring with " + name, targets.size())) {
      for (long first = 0; first < targets.size(); first += batchSize) {
        subject.run().checkCancelled();
        long end = Math.min(targets.size(), first + batchSize);
        scoreBatch(targets, first, end, scorer, builder);
        stage.advance(end - first);
      }
    }
    return builder.build();
  }

  private static void scoreBatch(Dataset targets, long first, long end, BatchScorer scorer,
      ScoreBuilder builder)
      throws IOException {
    try (var _ = Scope.open()) {
      Tensor scores = scorer.score(targets.batch(LongStream.range(first, end).toArray())).to(DType.FLOAT32)
          .contiguous();
      for (int i = 0; i < end - first; i++) {
        builder.putRow((int) first + i, scores.select(0, i).segment());
      }
    } catch (IllegalArgumentException e) {
      // the method's own numbers, none of the caller's
      throw new ArithmeticException(e.getMessage());
    }
  }

  private static Axis axis(Axis.Kind kind, Dataset data) {
    return new Axis(kind, data.ids());
  }

  private Semantics semantics() {
    String measurement = Registry.nameOf(subject.task().measured());
    return additive ? Semantics.proportional(measurement) : Semantics.ordinal(measurement);
  }
}
