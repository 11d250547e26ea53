package dev.whence.study;

/**
 * What an evaluation does.
 *
 * @param subsets whether scores are judged by models on random subsets
 * @param leaveOneOut whether scores are judged by models that lack single examples
 * @param mislabels whether suspected labels are listed
 */
public record EvaluationParts(boolean subsets, boolean leaveOneOut, boolean mislabels) {
  /** Whether it does nothing. */
  public boolean none() {
    return !subsets && !leaveOneOut && !mislabels;
  }

  /** Whether it judges scores, and so needs them first. */
  public boolean judgesScores() {
    return subsets || leaveOneOut;
  }
}
