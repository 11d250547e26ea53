package dev.whence.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.whence.run.Provenance;
import dev.whence.score.Axis;
import dev.whence.score.ScoreBuilder;
import dev.whence.score.Semantics;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class MislabelDetectionTest {
  private static final double[] SUSPICION = {.1, .4, .35, .8, .4, .05};

  private static BitSet bits(int... set) {
    var bits = new BitSet();
    for (int i : set) {
      bits.set(i);
    }
    return bits;
  }

  /** Computed by scikit-learn 1.9.1: roc_auc_score and average_precision_score of these six. */
  @Test
  void equalsScikitLearnWithTies() {
    Mislabels found = new MislabelDetection(List.of(1.0)).evaluate(SUSPICION, bits(2, 3, 4));
    assertThat(found.auroc()).isCloseTo(0.8333333333333334, within(1e-12));
    assertThat(found.averagePrecision()).isCloseTo(0.8055555555555556, within(1e-12));
  }

  @Test
  void recallIsTheExpectationOverTies() {
    Mislabels found = new MislabelDetection(List.of(1 / 6.0, 2 / 6.0, 3 / 6.0, 1.0)).evaluate(SUSPICION,
        bits(2, 3, 4));
    assertThat(found.recall()).extracting(Mislabels.Recall::found).usingElementComparator(
        (a, b) -> Math.abs(a - b) < 1e-12 ? 0 : 1).containsExactly(1 / 3.0, 1.5 / 3, 2 / 3.0, 1.0);
  }

  @Test
  void orderOfTheExamplesChangesNothing() {
    double[] reversed = new double[6];
    for (int i = 0; i < 6; i++) {
      reversed[i] = SUSPICION[5 - i];
    }
    assertThat(new MislabelDetection().evaluate(reversed, bits(1, 2, 3)))
        .isEqualTo(new MislabelDetection().evaluate(SUSPICION, bits(2, 3, 4)));
  }

  @Test
  void perfectAndReversedSuspicionReachTheEnds() {
    Mislabels best = new MislabelDetection(List.of(.25)).evaluate(new double[]{4, 3, 2, 1}, bits(0));
    assertThat(best.auroc()).isEqualTo(1);
    assertThat(best.averagePrecision()).isEqualTo(1);
    assertThat(best.recall()).containsExactly(new Mislabels.Recall(.25, 1));
    assertThat(new MislabelDetection().evaluate(new double[]{4, 3, 2, 1}, bits(3)).auroc()).isZero();
    assertThat(new MislabelDetection().evaluate(new double[]{1, 1, 1, 1}, bits(3)).auroc()).isEqualTo(.5);
  }

  @Test
  void selfInfluenceIsTakenFromTheTargetOfTheSameId() {
    var scores = new ScoreBuilder(new Axis(Axis.Kind.TARGET, List.of("c", "a", "b")),
        new Axis(Axis.Kind.TRAINING_EXAMPLE, List.of("a", "b", "c")),
        Semantics.proportional("loss"),
        new Provenance("", "", Map.of(), Map.of(), Map.of(), Map.of())).put(0, 2, 9).put(1, 0, 1).put(2, 1, 2)
        .build();
    assertThat(new MislabelDetection().evaluate(scores, Set.of("c")).auroc()).isEqualTo(1);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new MislabelDetection().evaluate(scores, Set.of("c", "z")))
        .withMessageContaining("only 1 of 2");
  }

  @Test
  void allOrNoneMislabelledIsRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new MislabelDetection().evaluate(SUSPICION, bits()))
        .withMessageContaining("some but not all of " + SUSPICION.length + ", got 0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new MislabelDetection().evaluate(SUSPICION,
            bits(IntStream.range(0, SUSPICION.length).toArray())))
        .withMessageContaining("some but not all of " + SUSPICION.length + ", got " + SUSPICION.length);
  }

  @Test
  void inspectedFractionsAreChecked() {
    assertThatIllegalArgumentException().isThrownBy(() -> new MislabelDetection(List.of(0.0)))
        .withMessageContaining("fractions must be in (0, 1], got 0.0");
  }
}
