package dev.whence.algebra;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import org.hipparchus.stat.correlation.SpearmansCorrelation;
import org.junit.jupiter.api.Test;

class CorrelationTest {
  private static final double[] A = {1, 2, 2, 4, 5};
  private static final double[] B = {2, 1, 3, 3, 5};

  @Test
  void goldenValuesWithTies() {
    assertThat(Ranks.average(A)).containsExactly(1, 2.5, 2.5, 4, 5);
    assertThat(Correlation.spearman(A, B).orElseThrow()).isCloseTo(.7631578947, within(1e-10));
    assertThat(Correlation.pearson(A, B).orElseThrow()).isCloseTo(.8000946914, within(1e-10));
  }

  @Test
  void spearmanEqualsHipparchusOnSeededCasesWithTies() {
    for (long seed = 0; seed < 200; seed++) {
      var random = new SplittableRandom(seed);
      double[] x = random.doubles(20).map(v -> Math.floor(v * 8)).toArray();
      double[] y = random.doubles(20).map(v -> Math.floor(v * 5)).toArray();
      assertThat(Correlation.spearman(x, y).orElseThrow()).isCloseTo(
          new SpearmansCorrelation().correlation(x, y),
          within(1e-12));
    }
  }

  @Test
  void correlationWithAConstantIsUndefinedNotZero() {
    double[] constant = {.1, .1, .1, .1, .1};
    assertThat(Correlation.spearman(A, constant)).isEmpty();
    assertThat(Correlation.pearson(constant, B)).isEmpty();
    assertThatIllegalArgumentException().isThrownBy(() -> Correlation.pearson(A, new double[4]));
  }

  @Test
  void zerosOfEitherSignAreTied() {
    assertThat(Ranks.average(new double[]{0.0, -0.0, 1})).containsExactly(1.5, 1.5, 3);
  }

  @Test
  void quantilesInterpolateLinearly() {
    double[] sorted = {1, 2, 4, 8};
    assertThat(Quantile.of(sorted, 0)).isEqualTo(1);
    assertThat(Quantile.of(sorted, .5)).isEqualTo(3);
    assertThat(Quantile.of(sorted, .9)).isCloseTo(6.8, within(1e-12));
    assertThat(Quantile.of(sorted, 1)).isEqualTo(8);
    assertThatIllegalArgumentException().isThrownBy(() -> Quantile.of(sorted, 1.1));
  }
}
