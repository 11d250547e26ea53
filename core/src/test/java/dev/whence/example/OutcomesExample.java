package dev.whence.example;

import dev.whence.evaluation.FittedScale;
import dev.whence.evaluation.Lds;
import dev.whence.evaluation.LinearDatamodelingScore;
import dev.whence.evaluation.ScoreScale;
import dev.whence.evaluation.SubsetTruth;
import dev.whence.score.ScoreMatrix;
import dev.whence.store.Masks;
import java.util.BitSet;
import java.util.List;

/** The program in docs/evaluation.md, run by {@link OutcomesTest}. */
final class OutcomesExample {
  private OutcomesExample() {
  }

  /** Scores judged and calibrated by what models answered: subsets of the sources, outcomes {@code [r][m][s]}. */
  static ScoreMatrix calibrated(ScoreMatrix scores, List<BitSet> subsets, double[][][] outcomes) {
    List<String> sources = scores.sources().ids(); // the n examples that bit i of a subset stands for
    List<String> targets = scores.targets().ids(); // the m targets each model was asked about
    var truth = SubsetTruth.of(Masks.of(sources.size(), subsets), sources, targets, outcomes); // [r][m][s]
    Lds lds = new LinearDatamodelingScore().evaluate(scores, truth);
    FittedScale scale = new ScoreScale().evaluate(scores, truth);
    System.out.printf("LDS %.2f, scale %.2f%n", lds.mean(), scale.slope());
    return scale.calibration(scores.semantics(), "nats", subsets.size() + " subsets")
        .map(scores::calibrated).orElse(scores);
  }
}
