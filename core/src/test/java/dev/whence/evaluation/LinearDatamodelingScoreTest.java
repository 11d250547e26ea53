package dev.whence.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.whence.algebra.Correlation;
import dev.whence.run.Registry;
import dev.whence.score.ScoreMatrix;
import dev.whence.store.Masks;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class LinearDatamodelingScoreTest {
  private static final LinearDatamodelingScore LDS = new LinearDatamodelingScore(new Bootstrap(1000, .95, 1));
  private static final Masks HALVES = Masks.uniform(40, 30, .5, 4);

  private static SubsetTruth exact(float[][] rows, Masks masks) {
    return Cases.truth(masks,
        Cases.truth(masks, new double[rows.length][masks.subsets()]).predictions(Cases.scores(rows)));
  }

  @Test
  void goldenToyOfTheSpecification() {
    var subsets = new ArrayList<BitSet>();
    for (String mask : List.of("1100", "1010", "0101", "0011", "1001", "0110")) {
      var bits = new BitSet();
      for (int i = 0; i < 4; i++) {
        bits.set(i, mask.charAt(i) == '1');
      }
      subsets.add(bits);
    }
    SubsetTruth truth = Cases.truth(Masks.of(4, subsets), new double[][]{{.9, 1.4, .6, 1.2, 1.3, .7}});
    ScoreMatrix scores = Cases.scores(new float[][]{{.5f, -.2f, .1f, .4f}});
    // scores are float32: predictions agree to its rounding
    assertThat(truth.predictions(scores, 0)).containsExactly(new double[]{.3, .6, .2, .5, .9, -.1},
        within(1e-7));
    Lds lds = LDS.evaluate(scores, truth);
    assertThat(lds.mean()).isCloseTo(.8857142857, within(1e-10));
    assertThat(lds.ceiling()).isEmpty();
    assertThat(lds.values()).doesNotContainKey("ceiling").containsEntry("repeats", 1);
  }

  @Test
  void outcomesThatIncreaseWithThePredictionsGiveOne() {
    float[][] rows = Cases.randomScores(5, 30, 1);
    SubsetTruth exact = exact(rows, HALVES);
    SubsetTruth increasing = Cases.truth(HALVES, Cases.map(exact.outcomes(), v -> Math.expm1(v) + v));
    Lds lds = LDS.evaluate(Cases.scores(rows), increasing);
    assertThat(lds.mean()).isEqualTo(1);
    assertThat(lds.interval()).isEqualTo(new Interval(1, 1, .95));
  }

  @Test
  void negatedScoresGiveTheNegatedNumber() {
    float[][] rows = Cases.randomScores(5, 30, 1);
    SubsetTruth truth = Cases.truth(HALVES, Cases.gaussian(5, 40, new SplittableRandom(8)));
    float[][] negated = new float[5][30];
    for (int t = 0; t < 5; t++) {
      for (int s = 0; s < 30; s++) {
        negated[t][s] = -rows[t][s];
      }
    }
    assertThat(LDS.evaluate(Cases.scores(negated), truth).mean())
        .isCloseTo(-LDS.evaluate(Cases.scores(rows), truth).mean(), within(1e-15));
  }

  @Test
  void scaleAndOffsetOfATargetMatterOnlyWhereSubsetsDifferInSize() {
    float[][] rows = Cases.randomScores(3, 30, 2);
    float[][] moved = new float[3][30];
    for (int t = 0; t < 3; t++) {
      for (int s = 0; s < 30; s++) {
        moved[t][s] = 4 * rows[t][s] + 16;
      }
    }
    SubsetTruth fixed = Cases.truth(HALVES, Cases.gaussian(3, 40, new SplittableRandom(8)));
    assertThat(LDS.evaluate(Cases.scores(moved), fixed).perTarget())
        .isEqualTo(LDS.evaluate(Cases.scores(rows), fixed).perTarget());
    var random = new SplittableRandom(3);
    var drawn = new ArrayList<BitSet>();
    for (int k = 0; k < 40; k++) {
      var bits = new BitSet();
      for (int i = 0; i < 30; i++) {
        bits.set(i, random.nextBoolean());
      }
      drawn.add(bits);
    }
    SubsetTruth bernoulli = Cases.truth(Masks.of(30, drawn), fixed.outcomes());
    assertThat(LDS.evaluate(Cases.scores(moved), bernoulli).mean())
        .isNotCloseTo(LDS.evaluate(Cases.scores(rows), bernoulli).mean(), within(.01));
  }

  @Test
  void randomScoresAverageZeroWithTheKnownSpread() {
    int targets = 400;
    SubsetTruth truth = Cases.truth(Masks.uniform(40, 200, .5, 3),
        Cases.gaussian(targets, 40, new SplittableRandom(6)));
    Lds lds = LDS.evaluate(Cases.scores(Cases.randomScores(targets, 200, 5)), truth);
    double spread = Math.sqrt(
        lds.perTarget().stream().mapToDouble(t -> t.correlation() * t.correlation()).average().orElseThrow());
    // sd per target 1/sqrt(39) = .160; over 400 targets the mean's is .008 and the sd's .0057: four of each
    assertThat(lds.mean()).isCloseTo(0, within(.032));
    assertThat(spread).isCloseTo(1 / Math.sqrt(39), within(.023));
  }

  @Test
  void constantTargetsAreLeftOutAndCounted() {
    float[][] rows = Cases.randomScores(4, 30, 1);
    rows[2] = new float[30];
    double[][] outcomes = exact(Cases.randomScores(4, 30, 1), HALVES).outcomes();
    outcomes[0] = new double[40];
    SubsetTruth truth = Cases.truth(HALVES, outcomes);
    Lds lds = LDS.evaluate(Cases.scores(rows), truth);
    assertThat(lds.constantTargets()).isEqualTo(2);
    assertThat(lds.perTarget()).extracting(TargetCorrelation::id).containsExactly("t1", "t3");
    assertThat(lds.mean()).isEqualTo(1);
    assertThatIllegalArgumentException().isThrownBy(() -> LDS.evaluate(Cases.scores(new float[4][30]), truth))
        .withMessageContaining("all 4 targets are constant");
  }

  @Test
  void differenceOfAMethodWithItselfIsExactlyZero() {
    ScoreMatrix scores = Cases.scores(Cases.randomScores(6, 30, 1));
    SubsetTruth truth = Cases.truth(HALVES, Cases.gaussian(6, 40, new SplittableRandom(8)));
    Difference difference = LDS.difference(scores, scores, truth);
    assertThat(difference.mean()).isZero();
    for (Interval interval : List.of(difference.intervals().twoLevel(), difference.intervals().subsets(),
        difference.intervals().targets())) {
      assertThat(interval).isEqualTo(new Interval(0, 0, .95));
    }
  }

  @Test
  void differenceIsOfTheMeansAndNarrowerThanIndependentIntervals() {
    float[][] rows = Cases.randomScores(30, 30, 1);
    float[][] noisy = Cases.randomScores(30, 30, 2);
    for (int t = 0; t < 30; t++) {
      for (int s = 0; s < 30; s++) {
        noisy[t][s] = rows[t][s] + .3f * noisy[t][s];
      }
    }
    double[][] outcomes = exact(rows, HALVES).outcomes();
    double[][] noise = Cases.gaussian(30, 40, new SplittableRandom(8));
    for (int t = 0; t < 30; t++) {
      for (int s = 0; s < 40; s++) {
        outcomes[t][s] += 4 * noise[t][s];
      }
    }
    SubsetTruth truth = Cases.truth(HALVES, outcomes);
    Lds a = LDS.evaluate(Cases.scores(rows), truth);
    Lds b = LDS.evaluate(Cases.scores(noisy), truth);
    Difference difference = LDS.difference(Cases.scores(rows), Cases.scores(noisy), truth);
    assertThat(difference.mean()).isCloseTo(a.mean() - b.mean(), within(1e-12));
    Interval paired = difference.intervals().twoLevel();
    assertThat(paired.low()).isLessThan(difference.mean());
    assertThat(paired.high()).isGreaterThan(difference.mean());
    assertThat(paired.high() - paired.low()).isLessThan(a.interval().high() - a.interval().low());
  }

  @Test
  void sameSeedGivesTheSameIntervals() {
    ScoreMatrix scores = Cases.scores(Cases.randomScores(6, 30, 1));
    SubsetTruth truth = Cases.truth(HALVES, Cases.gaussian(6, 40, new SplittableRandom(8)));
    assertThat(LDS.evaluate(scores, truth)).isEqualTo(LDS.evaluate(scores, truth));
    assertThat(new LinearDatamodelingScore(new Bootstrap(1000, .95, 2)).evaluate(scores, truth).intervals())
        .isNotEqualTo(LDS.evaluate(scores, truth).intervals());
  }

  @Test
  void resampledCorrelationEqualsTheCorrelationOfTheRepeatedSample() {
    for (long seed = 0; seed < 100; seed++) {
      var random = new SplittableRandom(seed);
      double[] x = random.doubles(12).map(v -> Math.floor(6 * v)).toArray();
      double[] y = random.doubles(12).toArray();
      int[] counts = new int[12];
      random.ints(12, 0, 12).forEach(i -> counts[i]++);
      var longX = new ArrayList<Double>();
      var longY = new ArrayList<Double>();
      for (int i = 0; i < 12; i++) {
        for (int c = 0; c < counts[i]; c++) {
          longX.add(x[i]);
          longY.add(y[i]);
        }
      }
      double[] wholeX = longX.stream().mapToDouble(v -> v).toArray();
      double[] wholeY = longY.stream().mapToDouble(v -> v).toArray();
      var space = new PairedColumns.Workspace(12);
      double[][] columnX = {x};
      double[][] columnY = {y};
      assertThat(new PairedColumns(columnX, columnY, true).correlation(0, counts, space))
          .isCloseTo(Correlation.spearman(wholeX, wholeY).orElseThrow(), within(1e-12));
      assertThat(new PairedColumns(columnX, columnY, false).correlation(0, counts, space))
          .isCloseTo(Correlation.pearson(wholeX, wholeY).orElseThrow(), within(1e-12));
    }
  }

  @Test
  void scoresForOtherAxesAreRefused() {
    SubsetTruth truth = Cases.truth(HALVES, Cases.gaussian(6, 40, new SplittableRandom(8)));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> LDS.evaluate(Cases.scores(Cases.randomScores(5, 30, 1)), truth))
        .withMessageContaining("6 targets in their order, got 5 that differ from target 5 on");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> LDS.evaluate(Cases.scores(Cases.randomScores(6, 31, 1)), truth))
        .withMessageContaining("30 sources");
  }

  @Test
  void thousandResamplesOfTheUsualSizeTakeUnderTwoSecondsOfProcessorTime() {
    SubsetTruth truth = Cases.truth(Masks.uniform(60, 1500, .5, 3),
        Cases.gaussian(300, 60, new SplittableRandom(6)));
    ScoreMatrix scores = Cases.scores(Cases.randomScores(300, 1500, 5));
    var threads = ManagementFactory.getThreadMXBean();
    long before = threads.getCurrentThreadCpuTime();
    LDS.evaluate(scores, truth);
    assertThat((threads.getCurrentThreadCpuTime() - before) / 1e9).isLessThan(2);
  }

  @Test
  void metricsAreRegistered() {
    Registry<OutcomeMetric> metrics = Registry.of(OutcomeMetric.class, "metric");
    assertThat(metrics.names()).containsExactly("lds", "leave-one-out", "scale");
    assertThat(metrics.get("lds")).isEqualTo(new LinearDatamodelingScore());
  }
}
