package dev.whence.evaluation;

import dev.whence.algebra.Quantile;
import dev.whence.run.Named;
import dev.whence.run.Setting;
import dev.whence.score.ScoreMatrix;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * The factor between what scores predict and what retrained models answer. For each target its outcomes on the subsets
 * (means over the repeats) are regressed on the sums of the scores of the subset's sources, by least squares with an
 * intercept of the target's own; the scale is the median of these slopes over the targets, so that a few targets of
 * outsized slope do not decide it. Targets whose predictions do not vary are left out and counted. Costs resamples · m · s.
 *
 * @param bootstrap how intervals are made, over subsets and targets
 */
@Named("scale")
public record ScoreScale(@Setting(help = "how intervals are made") Bootstrap bootstrap)
    implements
      OutcomeMetric {
  /** With the bootstrap's defaults. */
  public ScoreScale() {
    this(new Bootstrap());
  }

  @Override
  public FittedScale evaluate(ScoreMatrix scores, SubsetTruth truth) {
    return evaluate(truth.predictions(scores), truth);
  }

  /**
   * From predictions at hand.
   *
   * @param predictions {@code [m][s]}
   * @throws IllegalArgumentException if the predictions of no target vary
   */
  public FittedScale evaluate(double[][] predictions, SubsetTruth truth) {
    int subsets = truth.masks().subsets();
    var columns = new PairedColumns(predictions, truth.outcomes(), false);
    var space = new PairedColumns.Workspace(subsets);
    int[] varying = IntStream.range(0, predictions.length).filter(columns::isPredicted).toArray();
    CorrelationMeans.requireSome(varying, predictions.length);
    int[] once = IntStream.generate(() -> 1).limit(subsets).toArray();
    double[] slopes = IntStream.of(varying).mapToDouble(target -> columns.slope(target, once, space))
        .toArray();
    Intervals intervals = bootstrap.intervals(varying, subsets,
        (target, counts) -> columns.slope(target, counts, space), Bootstrap::median);
    Arrays.sort(slopes);
    return new FittedScale(Quantile.of(slopes, .5), intervals,
        Quantile.of(slopes, .25), Quantile.of(slopes, .75), subsets,
        truth.repeats(), varying.length, predictions.length - varying.length);
  }
}
