package dev.whence.evaluation;

import dev.whence.run.Named;
import dev.whence.run.Setting;
import dev.whence.score.ScoreMatrix;
import java.util.Arrays;
import java.util.OptionalDouble;
import java.util.stream.IntStream;

/**
 * Correlation of scores with exact leave-one-out differences f(all) − f(all but one), positive = the example raised the
 * measurement. The truth holds the subset of all sources and subsets that lack just one; others are
 * passed over. Meaningful only where the differences exceed their noise over training seeds.
 *
 * @param bootstrap how intervals are made, over left-out sources and targets
 */
@Named("leave-one-out")
public record LeaveOneOutCorrelation(@Setting(help = "how intervals are made") Bootstrap bootstrap)
    implements
      OutcomeMetric {
  /** With the bootstrap's defaults. */
  public LeaveOneOutCorrelation() {
    this(new Bootstrap());
  }

  @Override
  public Design design() {
    return Design.LEAVE_ONE_OUT;
  }

  /** @throws IllegalArgumentException if the truth lacks the full set or has fewer than 2 subsets that lack one source */
  @Override
  public LeaveOneOut evaluate(ScoreMatrix scores, SubsetTruth truth) {
    truth.checkAxes(scores);
    int examples = truth.masks().sources();
    int[] full = subsetsOfSize(truth, examples);
    int[] without = subsetsOfSize(truth, examples - 1);
    if (full.length == 0 || without.length < 2) {
      throw new IllegalArgumentException("leave-one-out needs the subset of all " + examples
          + " sources and at least 2 that lack one, got " + full.length + " and " + without.length);
    }
    int[] left = Arrays.stream(without).map(s -> truth.masks().bits(s).nextClearBit(0)).toArray();
    double[][] values = new double[truth.targets().size()][left.length];
    double[][] differences = new double[values.length][left.length];
    for (int target = 0; target < values.length; target++) {
      double[] outcomes = truth.outcomes(target);
      double all = Arrays.stream(full).mapToDouble(s -> outcomes[s]).average().orElseThrow();
      for (int j = 0; j < left.length; j++) {
        values[target][j] = scores.score(target, left[j]);
        differences[target][j] = all - outcomes[without[j]];
      }
    }
    return evaluate(values, differences, truth.ceiling());
  }

  /** From scores and differences at hand, both {@code [m][left out]}; there is no ceiling then. */
  public LeaveOneOut evaluate(double[][] scores, double[][] differences) {
    return evaluate(scores, differences, OptionalDouble.empty());
  }

  private LeaveOneOut evaluate(double[][] scores, double[][] differences, OptionalDouble ceiling) {
    int left = scores[0].length;
    var pearson = new CorrelationMeans(bootstrap, new PairedColumns(scores, differences, false), left);
    var spearman = new CorrelationMeans(bootstrap, new PairedColumns(scores, differences, true), left);
    return new LeaveOneOut(pearson.mean(), pearson.intervals(), spearman.mean(), spearman.intervals(), left,
        pearson.varying().length, ceiling, scores.length - pearson.varying().length);
  }

  private static int[] subsetsOfSize(SubsetTruth truth, int size) {
    return IntStream.range(0, truth.masks().subsets()).filter(s -> truth.masks().size(s) == size).toArray();
  }
}
