package dev.whence.evaluation;

import dev.whence.run.Provenance;
import dev.whence.score.Axis;
import dev.whence.score.ScoreBuilder;
import dev.whence.score.ScoreMatrix;
import dev.whence.score.Semantics;
import dev.whence.store.Masks;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.IntStream;

/** Seeded cases. */
final class Cases {
  private Cases() {
  }

  static List<String> ids(String prefix, int count) {
    return IntStream.range(0, count).mapToObj(i -> prefix + i).toList();
  }

  static SubsetTruth truth(Masks masks, double[][]... repeats) {
    return SubsetTruth.of(masks, ids("s", masks.sources()), ids("t", repeats[0].length), repeats);
  }

  static ScoreMatrix scores(float[][] rows) {
    var builder = new ScoreBuilder(new Axis(Axis.Kind.TARGET, ids("t", rows.length)),
        new Axis(Axis.Kind.TRAINING_EXAMPLE, ids("s", rows[0].length)),
        Semantics.proportional("margin"),
        new Provenance("test", "test", Map.of(), Map.of(), Map.of(), Map.of()));
    for (int target = 0; target < rows.length; target++) {
      builder.putRow(target, rows[target]);
    }
    return builder.build();
  }

  static float[][] randomScores(int targets, int sources, long seed) {
    var random = new SplittableRandom(seed);
    float[][] rows = new float[targets][sources];
    for (float[] row : rows) {
      for (int source = 0; source < sources; source++) {
        row[source] = (float) random.nextGaussian();
      }
    }
    return rows;
  }

  static double[][] map(double[][] values, DoubleUnaryOperator function) {
    double[][] mapped = new double[values.length][];
    for (int i = 0; i < values.length; i++) {
      mapped[i] = Arrays.stream(values[i]).map(function).toArray();
    }
    return mapped;
  }

  static double[][] gaussian(int rows, int columns, SplittableRandom random) {
    double[][] values = new double[rows][columns];
    for (double[] row : values) {
      for (int i = 0; i < columns; i++) {
        row[i] = random.nextGaussian();
      }
    }
    return values;
  }
}
