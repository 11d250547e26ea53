package dev.whence.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.whence.score.ScoreMatrix;
import dev.whence.score.Semantics;
import dev.whence.store.Masks;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class ScoreScaleTest {
  private static final int SUBSETS = 60;
  private static final Masks MASKS = Masks.uniform(SUBSETS, 40, .5, 3);

  @Test
  void scaleOfOutcomesThatAreMultiplesOfThePredictionsIsTheMultiple() {
    ScoreMatrix scores = Cases.scores(Cases.randomScores(7, 40, 1));
    double[][] flat = Cases.truth(MASKS, new double[7][SUBSETS]).predictions(scores);
    FittedScale found = new ScoreScale().evaluate(scores,
        Cases.truth(MASKS, Cases.map(flat, value -> 136 * value - 5)));
    assertThat(found.slope()).isCloseTo(136, within(1e-9));
    assertThat(found.interval().low()).isCloseTo(136, within(1e-9));
    assertThat(found.interval().high()).isCloseTo(136, within(1e-9));
    assertThat(found.calibration(scores.semantics(), "nats", "60 subsets"))
        .hasValueSatisfying(calibration -> assertThat(calibration.unit()).isEqualTo("nats"));
  }

  /** SciPy 1.17.1: median of scipy.stats.linregress(predictions[t], outcomes[t]).slope over the three targets. */
  @Test
  void equalsTheMedianOfLeastSquaresSlopes() {
    double[][] predictions = {{1, 2, 4, 7, 11}, {0, -1, 3, 2, 5}, {2, 2.5, 1, 0, 4}};
    double[][] outcomes = {{2, 1, 3, 5, 4}, {1, 1, 2, 8, 9}, {-1, 0, 0.5, 3, -2}};
    var masks = Masks.uniform(5, 4, .5, 0);
    FittedScale found = new ScoreScale().evaluate(predictions, Cases.truth(masks, outcomes));
    assertThat(found.slope()).isCloseTo(0.303030303030303, within(1e-12));
    assertThat(found.lowerQuartile()).isCloseTo(-0.4164196310935442, within(1e-12));
    assertThat(found.upperQuartile()).isCloseTo(0.7699362041467305, within(1e-12));
  }

  @Test
  void scoresWithoutSignalOrOfTheWrongSignHaveNoCalibration() {
    var random = new SplittableRandom(5);
    double[][] predictions = Cases.gaussian(20, SUBSETS, random);
    Semantics additive = Semantics.proportional("margin");
    FittedScale noise = new ScoreScale().evaluate(predictions,
        Cases.truth(MASKS, Cases.gaussian(20, SUBSETS, random)));
    assertThat(noise.calibration(additive, "nats", "")).isEmpty();
    assertThat(noise.obstacle(additive)).hasValue("the interval of its slope reaches 0");
    FittedScale opposite = new ScoreScale().evaluate(predictions,
        Cases.truth(MASKS, Cases.map(predictions, value -> -value)));
    assertThat(opposite.calibration(additive, "nats", "")).isEmpty();
    assertThat(opposite.obstacle(additive)).hasValueSatisfying(why -> assertThat(why).contains("opposite"));
    FittedScale right = new ScoreScale().evaluate(predictions, Cases.truth(MASKS, predictions));
    assertThat(right.obstacle(Semantics.ordinal("margin")))
        .hasValueSatisfying(why -> assertThat(why).contains("do not add up"));
    assertThat(right.obstacle(additive)).isEmpty();
  }

  @Test
  void targetsWhosePredictionsDoNotVaryAreLeftOutAndCounted() {
    double[][] predictions = Cases.gaussian(3, SUBSETS, new SplittableRandom(5));
    double[][] outcomes = Cases.map(predictions, value -> 2 * value);
    predictions[1] = new double[SUBSETS];
    FittedScale found = new ScoreScale().evaluate(predictions, Cases.truth(MASKS, outcomes));
    assertThat(found.constantTargets()).isEqualTo(1);
    assertThat(found.targets()).isEqualTo(2);
    assertThat(found.slope()).isCloseTo(2, within(1e-9));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new ScoreScale().evaluate(new double[3][SUBSETS], Cases.truth(MASKS, outcomes)))
        .withMessageContaining("constant");
  }

  /** Fitted on one half of the subsets, calibrated scores predict the other half with a slope of about 1. */
  @Test
  void calibratedScoresForetellHeldOutSubsetsWithSlopeOne() {
    var random = new SplittableRandom(11);
    double[][] predictions = Cases.gaussian(60, 2 * SUBSETS, random);
    double[][] outcomes = noisy(predictions, 18, 40, random);
    FittedScale fitted = new ScoreScale().evaluate(part(predictions, 0),
        Cases.truth(MASKS, part(outcomes, 0)));
    double scale = fitted.slope();
    FittedScale held = new ScoreScale().evaluate(
        part(Cases.map(predictions, value -> scale * value), SUBSETS),
        Cases.truth(MASKS, part(outcomes, SUBSETS)));
    assertThat(held.interval().low()).isLessThan(1);
    assertThat(held.interval().high()).isGreaterThan(1);
    assertThat(held.slope()).isCloseTo(1, within(.15));
  }

  /**
   * The interval covers the median slope of all targets there could be about as often as it says, where targets differ in
   * their slopes and a retraining's luck is half shared by them.
   */
  @Test
  void intervalCoversAsClaimed() {
    int cases = 200;
    int covered = 0;
    var metric = new ScoreScale(new Bootstrap(1000, .95, 7));
    for (int c = 0; c < cases; c++) {
      var random = new SplittableRandom(500 + c);
      double[][] predictions = Cases.gaussian(20, SUBSETS, random);
      Interval interval = metric.evaluate(predictions, Cases.truth(MASKS, noisy(predictions, 18, 40, random)))
          .interval();
      covered += interval.low() <= 18 && 18 <= interval.high() ? 1 : 0;
    }
    // 200 cases: a coverage of .95 is measured with a standard deviation of .0154, three of which are .046
    assertThat((double) covered / cases).isBetween(.95 - .046, 1.0);
  }

  /** Slopes of log-normal spread around the median, plus noise of which the targets share half the variance. */
  private static double[][] noisy(double[][] predictions, double median, double noise,
      SplittableRandom random) {
    int subsets = predictions[0].length;
    double[] shared = Cases.gaussian(1, subsets, random)[0];
    double[][] outcomes = Cases.gaussian(predictions.length, subsets, random);
    for (int t = 0; t < predictions.length; t++) {
      double slope = median * Math.exp(.4 * random.nextGaussian());
      for (int s = 0; s < subsets; s++) {
        outcomes[t][s] = slope * predictions[t][s]
            + noise * Math.sqrt(.5) * (outcomes[t][s] + shared[s]);
      }
    }
    return outcomes;
  }

  private static double[][] part(double[][] rows, int from) {
    double[][] part = new double[rows.length][];
    for (int i = 0; i < rows.length; i++) {
      part[i] = Arrays.copyOfRange(rows[i], from, from + SUBSETS);
    }
    return part;
  }
}
