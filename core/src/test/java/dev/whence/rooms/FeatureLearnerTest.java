package dev.whence.rooms;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whence.data.Features;
import dev.whence.run.Run;
import dev.whence.store.Masks;
import dev.whence.store.OutcomeStore;
import dev.whence.training.Learner;
import dev.whence.training.Replicas;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A black box: a learner on plain numbers, retrained on subsets and judged, without a tensor. */
class FeatureLearnerTest {
  private static final int N = 40;

  @TempDir
  Path folder;

  /** Predicts the mean label of the rows it was trained on whose first number has the sign of the target's. */
  private static final class MeanBySign implements Learner<Features> {
    @Override
    public Trained<Features> train(Features data, long[] rows, long seed, Run run) {
      double[] sums = new double[4];
      for (long row : rows) {
        int side = data.value(row, 0) < 0 ? 0 : 1;
        sums[side] += data.label(row);
        sums[2 + side]++;
      }
      return new Trained<>() {
        @Override
        public float[] measurements(Features targets) {
          float[] all = new float[(int) targets.size()];
          for (int row = 0; row < all.length; row++) {
            int side = targets.value(row, 0) < 0 ? 0 : 1;
            all[row] = (float) (sums[side] / Math.max(1, sums[2 + side]));
          }
          return all;
        }

        @Override
        public void close() {
        }
      };
    }
  }

  @Test
  void subsetsOfRowsAreLearnedAndTheOutcomesKept() throws IOException {
    Features training = drawn(1, N);
    Features targets = drawn(2, 3);
    Masks masks = Masks.uniform(12, N, .5, 5);
    float[] outcomes;
    try (var store = OutcomeStore.write(folder.resolve("outcomes"),
        new OutcomeStore.Header(training.ids(), targets.ids(), 1, Map.of(), "mean by sign"), masks)) {
      new Replicas<>(new MeanBySign(), Run.of(3).withWorkers(2)).measure(training, targets, store);
      assertThat(store.missing()).isEmpty();
      outcomes = store.outcomes(4, 0);
    }
    for (int target = 0; target < 3; target++) {
      boolean negative = targets.value(target, 0) < 0;
      double expected = LongStream.of(masks.rows(4)).filter(row -> training.value(row, 0) < 0 == negative)
          .mapToDouble(training::label).average().orElse(0);
      assertThat(outcomes[target]).isEqualTo((float) expected);
    }
  }

  private static Features drawn(long seed, int rows) {
    var random = new SplittableRandom(seed);
    var builder = Features.builder(List.of("a", "b"), rows).ids(row -> "r" + seed + "-" + row);
    double[] labels = new double[rows];
    for (int row = 0; row < rows; row++) {
      float a = (float) random.nextDouble(-1, 1);
      builder.putRow(row, a, row % 7 == 0 ? Float.NaN : 1);
      labels[row] = 3 * a;
    }
    return builder.labels(labels).build();
  }
}
