package dev.whence.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.whence.algebra.Correlation;
import dev.whence.store.Masks;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class LeaveOneOutCorrelationTest {
  private final LeaveOneOutCorrelation metric = new LeaveOneOutCorrelation(new Bootstrap(1000, .95, 0));

  @Test
  void differencesAreTakenAgainstTheFullSetWithPositiveForProponents() {
    Masks masks = Masks.leaveOneOut(8, 0, 2, 3, 5, 7);
    float[][] rows = Cases.randomScores(3, 8, 4);
    double[][] outcomes = Cases.gaussian(3, 6, new SplittableRandom(2));
    LeaveOneOut found = metric.evaluate(Cases.scores(rows), Cases.truth(masks, outcomes));
    double pearson = 0;
    double spearman = 0;
    for (int t = 0; t < 3; t++) {
      double[] scores = {rows[t][0], rows[t][2], rows[t][3], rows[t][5], rows[t][7]};
      double[] differences = new double[5];
      for (int j = 0; j < 5; j++) {
        differences[j] = outcomes[t][0] - outcomes[t][j + 1];
      }
      pearson += Correlation.pearson(scores, differences).orElseThrow() / 3;
      spearman += Correlation.spearman(scores, differences).orElseThrow() / 3;
    }
    assertThat(found.pearson()).isCloseTo(pearson, within(1e-12));
    assertThat(found.spearman()).isCloseTo(spearman, within(1e-12));
    assertThat(found.leftOut()).isEqualTo(5);
    assertThat(found.targets()).isEqualTo(3);
  }

  @Test
  void additiveTruthGivesOne() {
    Masks masks = Masks.leaveOneOut(8, 0, 1, 2, 3, 4, 5, 6, 7);
    float[][] rows = Cases.randomScores(2, 8, 4);
    double[][] outcomes = Cases.truth(masks, new double[2][9]).predictions(Cases.scores(rows));
    LeaveOneOut found = metric.evaluate(Cases.scores(rows), Cases.truth(masks, outcomes));
    assertThat(found.pearson()).isCloseTo(1, within(1e-12));
    assertThat(found.spearman()).isEqualTo(1);
    assertThat(found.pearsonIntervals().twoLevel().low()).isCloseTo(1, within(1e-12));
  }

  @Test
  void truthWithoutTheFullSetIsRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> metric.evaluate(Cases.scores(Cases.randomScores(1, 8, 4)),
            Cases.truth(Masks.uniform(5, 8, .5, 0), new double[1][5])))
        .withMessageContaining("needs the subset of all 8 sources and at least 2 that lack one, got 0 and 0");
  }
}
