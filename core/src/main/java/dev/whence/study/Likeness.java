package dev.whence.study;

import dev.whence.data.Column;
import dev.whence.data.Dataset;
import dev.whence.data.Datasets;
import dev.whence.torch.Scope;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/**
 * Where rows of a table are alike and where they differ: each column's distance in spreads of the training examples, values in the
 * data's own units.
 */
final class Likeness {
  private static final int SHOWN = 4;
  private static final int SAMPLE = 1000;
  private static final long NUMBERS_AT_ONCE = 1 << 22;
  private static final double ALIKE = 0.25;
  private static final double DIFFERS = 0.75;

  private final Dataset training;
  private final Dataset targets;
  private final List<String> names = new ArrayList<>();
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
    double[][] sample = LongStream.of(rows).mapToObj(row -> values(training, (int) row))
        .toArray(double[][]::new);
    naming();
    means = IntStream.range(0, names.size())
        .mapToDouble(at -> Arrays.stream(sample).mapToDouble(row -> row[at]).average().orElse(0)).toArray();
    spreads = IntStream.range(0, names.size()).mapToDouble(at -> spread(sample, at, means[at])).toArray();
  }

  private void naming() {
    for (Column column : tabular(training)) {
      List<String> own = training.elementNames(column.name());
      long size = width(column);
      for (int at = 0; at < size; at++) {
        names.add(at < own.size() ? own.get(at) : size == 1 ? column.name() : column.name() + "[" + at + "]");
      }
    }
  }

  private static List<Column> tabular(Dataset data) {
    return data.columns().stream().filter(column -> !column.name().equals(Datasets.LABEL)).toList();
  }

  private static double[] values(Dataset data, int row) {
    try (var _ = Scope.open()) {
      var batch = data.batch(row);
      return tabular(data).stream().map(
          column -> data.inOwnUnits(column.name(), batch.column(column.name()).toDoubles()))
          .flatMapToDouble(Arrays::stream).toArray();
    }
  }

  private static double spread(double[][] sample, int at, double mean) {
    double variance = Arrays.stream(sample).mapToDouble(row -> Math.pow(row[at] - mean, 2)).average()
        .orElse(0);
    return Math.sqrt(variance);
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
    return Math.abs(own[at] - other[at]) / spreads[at];
  }

  private double unusual(double[] values, int at) {
    return (values[at] - means[at]) / spreads[at];
  }

  private List<Report.Cell> cells(List<Integer> columns, double[] own, double[] other) {
    return columns.stream()
        .map(at -> new Report.Cell(names.get(at), Looks.text(own[at]), Looks.text(other[at])))
        .toList();
  }
}
