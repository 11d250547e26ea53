package dev.whence.evaluation;

import java.util.stream.IntStream;

/** The mean over targets of a correlation, with its intervals. */
final class CorrelationMeans {
  private final Bootstrap bootstrap;
  private final PairedColumns columns;
  private final int[] varying;
  private final int[] once;
  private final PairedColumns.Workspace space;

  /** @throws IllegalArgumentException if no target varies */
  CorrelationMeans(Bootstrap bootstrap, PairedColumns columns, int subsets) {
    this.bootstrap = bootstrap;
    this.columns = columns;
    this.varying = IntStream.range(0, columns.targets()).filter(target -> !columns.isConstant(target))
        .toArray();
    this.once = IntStream.generate(() -> 1).limit(subsets).toArray();
    this.space = new PairedColumns.Workspace(subsets);
    requireSome(varying, columns.targets());
  }

  static void requireSome(int[] varying, int targets) {
    if (varying.length == 0) {
      throw new IllegalArgumentException("predictions or outcomes of all " + targets
          + " targets are constant over the subsets: there is no correlation to speak of");
    }
  }

  int[] varying() {
    return varying.clone();
  }

  double correlation(int target) {
    return columns.correlation(target, once, space);
  }

  double mean() {
    return IntStream.of(varying).mapToDouble(this::correlation).average().orElseThrow();
  }

  Intervals intervals() {
    return bootstrap.intervals(varying, once.length,
        (target, counts) -> columns.correlation(target, counts, space));
  }
}
