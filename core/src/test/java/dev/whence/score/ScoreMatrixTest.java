package dev.whence.score;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.whence.run.Provenance;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ScoreMatrixTest {
  static final Semantics MARGIN = Semantics.proportional("margin");
  static final Provenance MADE = new Provenance("0.1.0", "trak", Map.of("columns", 8), Map.of("model", "ab"),
      Map.of("projection", 7L), Map.of("java", "25"));

  static Axis axis(Axis.Kind kind, int size) {
    return new Axis(kind, IntStream.range(0, size).mapToObj(i -> kind.name().charAt(0) + "é" + i).toList());
  }

  static ScoreBuilder builder(int targets, int sources, boolean errors) {
    return new ScoreBuilder(axis(Axis.Kind.TARGET, targets), axis(Axis.Kind.TRAINING_EXAMPLE, sources),
        MARGIN, MADE,
        errors);
  }

  @Test
  void calibratedScoresAreTheMethodsOwnTimesTheScaleAndSayTheirUnit() {
    var found = new Calibration(136, 120, 150, .95, "nats", "60 subsets");
    try (ScoreMatrix raw = builder(1, 3, true).putRow(0, new float[]{1, -2, .5f})
        .putErrors(0, new float[]{.5f, 0, 1}).build(); ScoreMatrix scores = raw.calibrated(found)) {
      assertThat(scores.row(0)).containsExactly(136, -272, 68);
      assertThat(scores.score(0, 1)).isEqualTo(-272);
      assertThat(scores.standardError(0, 0)).hasValue(68);
      assertThat(scores.top(0, 1, Order.OPPONENTS)).containsExactly(new Entry(1, "Té1", -272));
      assertThat(raw.semantics().unit()).isEmpty();
      assertThat(raw.semantics().meaning()).contains("relative units");
      assertThat(scores.semantics().unit()).hasValue("nats");
      assertThat(scores.semantics().meaning())
          .isEqualTo("scores are in nats, calibrated: the method's own times 136.0 (95 % interval 120.0 to"
              + " 150.0), fitted on 60 subsets");
      assertThatIllegalArgumentException().isThrownBy(() -> scores.calibrated(found))
          .withMessageContaining("in nats already");
    }
  }

  @Test
  void onlyScoresThatAddUpAreCalibratedAndOnlyByAScaleAboveZero() {
    var found = new Calibration(2, 1, 3, .95, "nats", "");
    assertThatIllegalArgumentException().isThrownBy(() -> Semantics.ordinal("margin").calibrated(found))
        .withMessageContaining("must add up");
    assertThatIllegalArgumentException().isThrownBy(() -> new Calibration(2, 0, 3, .95, "nats", ""))
        .withMessageContaining("above 0");
    assertThat(Semantics.ordinal("margin").meaning()).contains("only the order");
  }

  @Test
  void topFollowsOrderAndBreaksTiesByPosition() {
    try (ScoreMatrix scores = builder(1, 5, false).putRow(0, new float[]{1, 3, -2, 3, -2}).build()) {
      assertThat(scores.top(0, 3, Order.PROPONENTS)).containsExactly(new Entry(1, "Té1", 3),
          new Entry(3, "Té3", 3),
          new Entry(0, "Té0", 1));
      assertThat(scores.top(0, 2, Order.OPPONENTS)).extracting(Entry::source).containsExactly(2, 4);
      assertThat(scores.top(0, 99, Order.OPPONENTS)).hasSize(5);
    }
  }

  @Test
  void scoreThatWasNotEvaluatedIsAbsentNeverZero() {
    ScoreMatrix scores = builder(2, 11, false).put(0, 3, -1).put(0, 10, 2).putRow(1, new float[11]).build();
    assertThat(scores.isComplete()).isFalse();
    assertThat(scores.has(0, 3)).isTrue();
    assertThat(scores.has(0, 4)).isFalse();
    assertThatIllegalArgumentException().isThrownBy(() -> scores.score(0, 4))
        .withMessageContaining("source 'Té4' for target 'Té0' was not evaluated");
    assertThatIllegalArgumentException().isThrownBy(() -> scores.row(0));
    assertThat(scores.row(1)).containsOnly(0);
    assertThat(scores.top(0, 5, Order.PROPONENTS)).extracting(Entry::source).containsExactly(10, 3);
    assertThat(scores.sum(0, bits(3, 10))).isEqualTo(1);
    assertThatIllegalArgumentException().isThrownBy(() -> scores.sum(0, bits(3, 4)));
    assertThatThrownBy(() -> scores.has(0, 11)).isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> scores.row(2)).isInstanceOf(IndexOutOfBoundsException.class);
  }

  @Test
  void matrixIsCompleteOnceEveryScoreIsPutWhateverTheWidth() {
    for (int sources : List.of(1, 7, 8, 9, 16, 17)) {
      for (int missing = 0; missing <= sources; missing++) {
        ScoreBuilder builder = builder(1, sources, false);
        for (int source = 0; source < sources; source++) {
          if (source != missing) {
            builder.put(0, source, source);
          }
        }
        assertThat(builder.build().isComplete()).isEqualTo(missing == sources);
      }
    }
  }

  @Test
  void nonFiniteScoreIsRefusedWithItsIds() {
    for (float bad : new float[]{Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY}) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> builder(1, 2, false).putRow(0, new float[]{0, bad}))
          .withMessageContaining("source 'Té1' for target 'Té0' is " + bad);
    }
    assertThatIllegalArgumentException().isThrownBy(() -> builder(1, 2, false).putRow(0, new float[3]))
        .withMessageContaining("must have 2 scores, got 3");
  }

  @Test
  void standardErrorsStandBesideTheScores() {
    ScoreMatrix scores = builder(1, 2, true).put(0, 0, 1, .25f).build();
    assertThat(scores.standardError(0, 0)).hasValue(.25);
    assertThatIllegalArgumentException().isThrownBy(() -> scores.standardError(0, 1));
    assertThatIllegalArgumentException().isThrownBy(() -> builder(1, 1, true).put(0, 0, 1, -1));
    assertThat(builder(1, 1, false).put(0, 0, 1).build().standardError(0, 0)).isEmpty();
    assertThatThrownBy(() -> builder(1, 1, false).put(0, 0, 1, 1)).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> builder(1, 2, true).put(0, 0, 1, 1).put(0, 1, 2).build())
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("'Té1' for target 'Té0' has no standard error");
  }

  @Test
  void builtMatrixTakesNoMoreScores() {
    ScoreBuilder builder = builder(1, 1, false);
    builder.build();
    assertThatThrownBy(() -> builder.put(0, 0, 1)).isInstanceOf(IllegalStateException.class);
  }

  private static BitSet bits(int... set) {
    var bits = new BitSet();
    IntStream.of(set).forEach(bits::set);
    return bits;
  }
}
