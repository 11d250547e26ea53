package dev.whence.evaluation;

import dev.whence.run.Named;
import dev.whence.run.Setting;
import dev.whence.score.ScoreMatrix;
import java.util.ArrayList;
import java.util.stream.IntStream;

/**
 * Linear datamodeling score (Park et al. 2023, TRAK, section 2): for each target, Spearman's ρ with
 * average ranks between the summed scores of a subset and what models retrained on the subset answer; the mean over
 * targets. A target whose predictions or outcomes do not vary is left out and counted. Costs resamples · m · s.
 *
 * @param bootstrap how intervals are made
 */
@Named("lds")
public record LinearDatamodelingScore(@Setting(help = "how intervals are made") Bootstrap bootstrap)
    implements
      OutcomeMetric {
  /** With the bootstrap's defaults. */
  public LinearDatamodelingScore() {
    this(new Bootstrap());
  }

  @Override
  public Lds evaluate(ScoreMatrix scores, SubsetTruth truth) {
    return evaluate(truth.predictions(scores), truth);
  }

  /**
   * From predictions at hand.
   *
   * @param predictions {@code [m][s]}
   * @throws IllegalArgumentException if no target varies
   */
  public Lds evaluate(double[][] predictions, SubsetTruth truth) {
    var columns = new PairedColumns(predictions, truth.outcomes(), true);
    var means = new CorrelationMeans(bootstrap, columns, truth.masks().subsets());
    var perTarget = new ArrayList<TargetCorrelation>();
    for (int target : means.varying()) {
      perTarget.add(new TargetCorrelation(target, truth.targets().get(target), means.correlation(target)));
    }
    return new Lds(means.mean(), means.intervals(), truth.ceiling(), truth.masks().subsets(), truth.repeats(),
        predictions.length - perTarget.size(), perTarget);
  }

  /**
   * How much better the first scores are than the second, on the same resamples of subsets and targets. Targets
   * constant for either are left out of both.
   *
   * @throws IllegalArgumentException as {@link #evaluate(ScoreMatrix, SubsetTruth)}
   */
  public Difference difference(ScoreMatrix first, ScoreMatrix second, SubsetTruth truth) {
    return difference(truth.predictions(first), truth.predictions(second), truth);
  }

  /** As {@link #difference(ScoreMatrix, ScoreMatrix, SubsetTruth)}, from predictions {@code [m][s]}. */
  public Difference difference(double[][] first, double[][] second, SubsetTruth truth) {
    var a = new PairedColumns(first, truth.outcomes(), true);
    var b = new PairedColumns(second, truth.outcomes(), true);
    int subsets = truth.masks().subsets();
    var space = new PairedColumns.Workspace(subsets);
    int[] varying = IntStream.range(0, first.length)
        .filter(target -> !a.isConstant(target) && !b.isConstant(target)).toArray();
    CorrelationMeans.requireSome(varying, first.length);
    Bootstrap.Statistic statistic = (target, counts) -> a.correlation(target, counts, space)
        - b.correlation(target, counts, space);
    int[] once = IntStream.generate(() -> 1).limit(subsets).toArray();
    double mean = IntStream.of(varying).mapToDouble(target -> statistic.of(target, once)).average()
        .orElseThrow();
    return new Difference(mean, bootstrap.intervals(varying, subsets, statistic), varying.length,
        first.length - varying.length);
  }
}
