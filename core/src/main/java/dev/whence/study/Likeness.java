package dev.whence.study;

import dev.whence.data.Column;
import dev.whence.data.Dataset;
import dev.whence.data.Datasets;
import dev.whence.data.Feature;
import dev.whence.torch.Scope;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/**
 * Where rows of a table are alike and where they differ: each column's distance in spreads of the training examples, values in the
 * data's own units and words.
 */
final class Likeness {
  private static final int SHOWN = 4;
  private static final int SAMPLE = 1000;
  private static final long NUMBERS_AT_ONCE = 1 << 22;
  private static final double ALIKE = 0.25;
  private static final double DIFFERS = 0.75;
  /** Distance of two random rows: of a value that is missing on one side alone. */
  private static final double USUAL = Math.sqrt(2);

  private final Dataset training;
  private final Dataset targets;
  private final List<Feature> features;
  private final double[] means;
  private final double[] spreads;

  /** Whether rows are quantities that can be near each other: a sequence of tokens is none. */
  static boolean suits(Dataset data) {
    return tabular(data).stream().allMatch(column -> column.dtype().isFloating() || width(column) == 1);
  }

  private static long width(Column column) {
    return column.shape().stream().reduce(1L, (a, b) -> a * b);
  }

  /** Spreads are those of the first {@value #SAMPLE} training examples, fewer where they are wide. */
  Likeness(Dataset training, Dataset targets) {
    this.training = training;
    this.targets = targets;
    long most = NUMBERS_AT_ONCE / Math.max(1, tabular(training).stream().mapToLong(Likeness::width).sum());
    long[] rows = LongStream.range(0, Math.min(Math.clamp(most, 2, SAMPLE), training.size())).toArray();
    features = tabular(training).stream().flatMap(column -> training.features(column.name()).stream())
        .toList();
    double[][] sample = LongStream.of(rows).mapToObj(row -> values(training, (int) row))
        .toArray(double[][]::new);
    means = IntStream.range(0, features.size()).mapToDouble(at -> present(sample, at).average().orElse(0))
        .toArray();
    spreads = IntStream.range(0, features.size())
        .mapToDouble(
            at -> features.get(at).isCategory() ? variety(sample, at) : spread(sample, at, means[at]))
        .toArray();
  }

  private static List<Column> tabular(Dataset data) {
    return data.columns().stream().filter(column -> !column.name().equals(Datasets.LABEL)).toList();
  }

  private static double[] values(Dataset data, int row) {
    try (var _ = Scope.open()) {
      var batch = data.batch(row);
      return tabular(data).stream().flatMapToDouble(column -> {
        double[] numbers = data.inOwnUnits(column.name(), batch.column(column.name()).toDoubles());
        return data.features(column.name()).stream().mapToDouble(feature -> feature.value(numbers));
      }).toArray();
    }
  }

  private static double spread(double[][] sample, int at, double mean) {
    return Math.sqrt(present(sample, at).map(value -> Math.pow(value - mean, 2)).average().orElse(0));
  }

  private static DoubleStream present(double[][] sample, int at) {
    return Arrays.stream(sample).mapToDouble(row -> row[at]).filter(value -> !Double.isNaN(value));
  }

  /**
   * How near to each other other categories are: with {@code √(2/variety)} between two of them, two random rows are as far apart
   * as by a quantity, whose mean squared distance in spreads is 2. The chance that two random rows differ.
   */
  private static double variety(double[][] sample, int at) {
    double[] shares = Arrays.stream(sample)
        .collect(Collectors.groupingBy(row -> row[at], Collectors.counting()))
        .values().stream().mapToDouble(count -> (double) count / sample.length).toArray();
    return 1 - Arrays.stream(shares).map(share -> share * share).sum();
  }

  /** A source beside a target: the nearest columns, those that never vary left out, and the farthest. */
  Report.Content.Compared of(int source, int target) {
    double[] own = values(training, source);
    double[] other = values(targets, target);
    List<Integer> varying = IntStream.range(0, Math.min(own.length, other.length))
        .filter(at -> spreads[at] > 0)
        .boxed().toList();
    Comparator<Integer> byDistance = Comparator.comparingDouble(at -> distance(own, other, at));
    List<Integer> near = varying.stream().filter(at -> distance(own, other, at) <= ALIKE)
        .sorted(byDistance.thenComparingDouble(at -> -Math.abs(unusual(other, at)))).limit(SHOWN).toList();
    List<Integer> far = varying.stream().filter(at -> distance(own, other, at) >= DIFFERS)
        .sorted(byDistance.reversed()).limit(SHOWN).toList();
    return new Report.Content.Compared(cells(near, own, other), cells(far, own, other),
        own.length - near.size() - far.size());
  }

  private double distance(double[] own, double[] other, int at) {
    boolean alike = Double.compare(own[at], other[at]) == 0;
    if (features.get(at).isCategory()) {
      return alike ? 0 : Math.sqrt(2 / spreads[at]);
    }
    boolean missing = Double.isNaN(own[at]) || Double.isNaN(other[at]);
    return alike ? 0 : missing ? USUAL : Math.abs(own[at] - other[at]) / spreads[at];
  }

  private double unusual(double[] values, int at) {
    boolean ordered = !features.get(at).isCategory() && !Double.isNaN(values[at]);
    return ordered ? (values[at] - means[at]) / spreads[at] : 0;
  }

  private List<Report.Cell> cells(List<Integer> columns, double[] own, double[] other) {
    return columns.stream()
        .map(at -> new Report.Cell(features.get(at).name(), Looks.text(features.get(at), own[at]),
            Looks.text(features.get(at), other[at])))
        .toList();
  }
}
