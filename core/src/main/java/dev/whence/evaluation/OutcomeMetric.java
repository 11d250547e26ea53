package dev.whence.evaluation;

import dev.whence.score.ScoreMatrix;

/** Judges scores by what retrained models answered; found by {@link dev.whence.run.Registry}. */
public interface OutcomeMetric {
  /**
   * Judges the scores.
   *
   * @param scores for the truth's targets and sources, in the same order, complete
   * @throws IllegalArgumentException if axes or subsets do not fit
   */
  Evaluation evaluate(ScoreMatrix scores, SubsetTruth truth);
}
