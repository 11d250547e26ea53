package dev.whence.study;

import dev.whence.data.Column;
import dev.whence.data.Dataset;
import dev.whence.data.Datasets;
import dev.whence.run.Seeds;
import dev.whence.torch.Scope;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * Labels made wrong on purpose, a function of the seed.
 *
 * @param data the examples with their new labels
 * @param wrong which ones were changed
 */
record LabelFlips(Dataset data, BitSet wrong) {
  private static final long STREAM = 0x666c6970L; // "flip": apart from other draws of the same seed

  /**
   * Makes a share of the labels wrong: a class becomes any other that occurs, a number that of another example, and of several
   * yes-or-no labels one is turned around.
   *
   * @throws IllegalArgumentException if labels are sequences, or all alike
   */
  static LabelFlips of(Dataset original, double share, long seed) {
    List<double[]> labels = labels(original);
    int width = labels.getFirst().length;
    boolean flags = labels.stream().flatMapToDouble(Arrays::stream)
        .allMatch(value -> value == 0 || value == 1);
    if (width > 1 && !flags) {
      throw new IllegalArgumentException(
          "evaluation.mislabels.flip needs labels of one class or number, or of several that are 0 or 1, got "
              + width + " values a label; name known errors by 'wrong' or 'truth' instead");
    }
    double[] values = labels.stream().mapToDouble(label -> label[0]).distinct().sorted().toArray();
    if (width == 1 && values.length < 2) {
      throw new IllegalArgumentException("all labels are alike, so none can be made wrong");
    }
    double[][] changed = labels.toArray(double[][]::new);
    var wrong = new BitSet();
    for (int row : chosen(labels.size(), Math.max(1, (int) Math.round(share * labels.size())), seed)) {
      var random = new SplittableRandom(Seeds.derive(seed, STREAM, row));
      changed[row] = flipped(labels.get(row), values, random);
      wrong.set(row);
    }
    Column label = original.columns().stream().filter(column -> column.name().equals(Datasets.LABEL))
        .findFirst()
        .orElseThrow();
    long[] shape = label.shape().stream().mapToLong(Long::longValue).toArray();
    return new LabelFlips(Datasets.labelled(original, label.dtype(), changed, shape), wrong);
  }

  private static double[] flipped(double[] label, double[] values, SplittableRandom random) {
    double[] other = label.clone();
    if (other.length > 1) {
      int at = random.nextInt(other.length);
      other[at] = 1 - other[at];
      return other;
    }
    int own = Arrays.binarySearch(values, label[0]);
    int drawn = random.nextInt(values.length - 1);
    other[0] = values[drawn < own ? drawn : drawn + 1];
    return other;
  }

  /** As many rows as asked for, each set within the larger ones of the same seed. */
  static int[] chosen(int rows, int count, long seed) {
    return IntStream.range(0, rows).boxed()
        .sorted(Comparator.comparingLong(row -> Seeds.derive(seed, STREAM, -1L, row)))
        .limit(count).mapToInt(Integer::intValue).sorted().toArray();
  }

  /** Every row's label. */
  static List<double[]> labels(Dataset data) {
    var labels = new ArrayList<double[]>();
    for (int first = 0; first < data.size(); first += 512) {
      int end = (int) Math.min(data.size(), first + 512);
      try (var _ = Scope.open()) {
        double[] some = data.batch(Datasets.range(first, end)).column(Datasets.LABEL).toDoubles();
        int width = some.length / (end - first);
        for (int i = 0; i < end - first; i++) {
          labels.add(Arrays.copyOfRange(some, i * width, (i + 1) * width));
        }
      }
    }
    return labels;
  }

  /** Which rows of two data sets over the same examples have different labels. */
  static BitSet differences(Dataset one, Dataset other) {
    List<double[]> left = labels(one);
    List<double[]> right = labels(other);
    var different = new BitSet();
    IntStream.range(0, left.size()).filter(row -> !Arrays.equals(left.get(row), right.get(row)))
        .forEach(different::set);
    return different;
  }
}
