package dev.whence.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.whence.store.Masks;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Intervals and ceiling against simulations whose truth is known in closed form. */
class LdsSimulationTest {
  private static final int SUBSETS = 60;
  private static final Masks MASKS = Masks.uniform(SUBSETS, 2, .5, 0);

  /**
   * Outcomes are signal plus a retraining's luck, and both are partly shared by the targets, as when one model answers
   * all. For Gaussians with correlation r the population's Spearman is 6/π · asin(r/2).
   */
  @Test
  void twoLevelIntervalCoversAsClaimedAndTargetsAloneFarBelow() {
    int cases = 200;
    int targets = 20;
    int twoLevel = 0;
    int subsetsOnly = 0;
    int targetsOnly = 0;
    // r = .5 / sqrt(.25 + .75): the targets' own strengths vary around it
    double truth = expectedSpearman();
    var bootstrap = new LinearDatamodelingScore(new Bootstrap(1000, .95, 7));
    for (int c = 0; c < cases; c++) {
      var random = new SplittableRandom(1000 + c);
      double[][] predictions = mixed(targets, random);
      double[][] luck = mixed(targets, random);
      double[][] outcomes = new double[targets][SUBSETS];
      for (int t = 0; t < targets; t++) {
        double r = strength(random.nextDouble());
        for (int s = 0; s < SUBSETS; s++) {
          outcomes[t][s] = r * predictions[t][s] + Math.sqrt(1 - r * r) * luck[t][s];
        }
      }
      Intervals intervals = bootstrap.evaluate(predictions, Cases.truth(MASKS, outcomes)).intervals();
      twoLevel += covers(intervals.twoLevel(), truth);
      subsetsOnly += covers(intervals.subsets(), truth);
      targetsOnly += covers(intervals.targets(), truth);
    }
    // 200 cases: a coverage of .95 is measured with a standard deviation of .0154, three of which are .046
    assertThat((double) twoLevel / cases).isBetween(.95 - .046, .995);
    assertThat((double) targetsOnly / cases).isLessThan(.75);
    assertThat(subsetsOnly).isBetween(targetsOnly, twoLevel);
  }

  private static double strength(double uniform) {
    return .3 + .4 * uniform;
  }

  private static double expectedSpearman() {
    double sum = 0;
    for (int i = 0; i < 1000; i++) {
      sum += 6 / Math.PI * Math.asin(strength((i + .5) / 1000) / 2);
    }
    return sum / 1000;
  }

  /** Standard normals of which the targets share half the variance. */
  private static double[][] mixed(int targets, SplittableRandom random) {
    double[] shared = Cases.gaussian(1, SUBSETS, random)[0];
    double[][] values = Cases.gaussian(targets, SUBSETS, random);
    for (double[] row : values) {
      for (int s = 0; s < SUBSETS; s++) {
        row[s] = Math.sqrt(.5) * row[s] + Math.sqrt(.5) * shared[s];
      }
    }
    return values;
  }

  private static int covers(Interval interval, double value) {
    return interval.low() <= value && value <= interval.high() ? 1 : 0;
  }

  /** Perfect predictions are the signal itself; the ceiling must say what they reach, for any number of repeats. */
  @Test
  void ceilingIsAboutWhatPerfectScoresReach() {
    int targets = 400;
    for (int repeats = 2; repeats <= 9; repeats++) {
      var random = new SplittableRandom(repeats);
      double[][] signal = Cases.gaussian(targets, SUBSETS, random);
      double[][][] outcomes = new double[repeats][][];
      for (int r = 0; r < repeats; r++) {
        outcomes[r] = Cases.gaussian(targets, SUBSETS, random);
        for (int t = 0; t < targets; t++) {
          for (int s = 0; s < SUBSETS; s++) {
            outcomes[r][t][s] = signal[t][s] + 2 * outcomes[r][t][s];
          }
        }
      }
      SubsetTruth truth = Cases.truth(MASKS, outcomes);
      var columns = new PairedColumns(signal, truth.outcomes(), true);
      double reached = new CorrelationMeans(new Bootstrap(), columns, SUBSETS).mean();
      // r̄ ≈ .19 over 400 targets has a standard deviation of .13/20 = .0065, the ceiling then of about .009: three,
      // and .02 because Spearman–Brown is exact for Pearson's r, not for ranks
      assertThat(truth.ceiling().orElseThrow()).as("repeats %d", repeats).isCloseTo(reached, within(.047));
    }
  }

  @Test
  void ceilingIsAbsentWithOneRepeatOneForEqualRepeatsAndZeroForNoise() {
    double[][] outcomes = Cases.gaussian(5, SUBSETS, new SplittableRandom(1));
    assertThat(Cases.truth(MASKS, outcomes).ceiling()).isEmpty();
    assertThat(Cases.truth(MASKS, outcomes, outcomes).ceiling()).hasValue(1);
    assertThat(Cases.truth(MASKS, outcomes, Cases.map(outcomes, v -> -v)).ceiling()).hasValue(0);
    assertThat(Cases.truth(MASKS, new double[5][SUBSETS], new double[5][SUBSETS]).ceiling()).isEmpty();
  }

  @Test
  void splitsAreDisjointHalves() {
    assertThat(Halves.of(2)).hasSize(1);
    assertThat(Halves.of(3)).hasSize(3);
    assertThat(Halves.of(4)).hasSize(3);
    assertThat(Halves.of(8)).hasSize(35);
    for (int repeats : new int[]{5, 9, 20}) {
      for (Halves halves : Halves.of(repeats)) {
        assertThat(halves.first() & halves.second()).isZero();
        assertThat(Long.bitCount(halves.first())).isEqualTo(repeats / 2)
            .isEqualTo(Long.bitCount(halves.second()));
      }
    }
  }
}
