package dev.whence.evaluation;

import dev.whence.score.ScoreMatrix;

/**
 * Judges scores by what retrained models answered; found by {@link dev.whence.run.Registry}. A run applies every metric whose
 * {@link Design} it has outcomes for; one with a setting {@code bootstrap} is given the run's.
 */
public interface OutcomeMetric {
  /** Which subsets models must be retrained on. */
  enum Design {
    /** Random subsets of one size. */
    SUBSETS,
    /** All examples, and all but one, for several. */
    LEAVE_ONE_OUT
  }

  /** What the metric needs; {@link Design#SUBSETS} unless it says otherwise. */
  default Design design() {
    return Design.SUBSETS;
  }

  /**
   * Judges the scores.
   *
   * @param scores for the truth's targets and sources, in the same order, complete
   * @throws IllegalArgumentException if axes or subsets do not fit
   */
  Evaluation evaluate(ScoreMatrix scores, SubsetTruth truth);
}
