package dev.whence.study;

import dev.whence.run.Setting;
import dev.whence.run.Settings;

/**
 * How scores are judged against retrained models.
 *
 * @param subsets random subsets retrained on, not 1; with 0 nothing is judged
 * @param fraction share of the training examples in a subset, in (0, 1)
 * @param repeats trainings of each subset with fresh seeds; 2 or more give the ceiling
 * @param resamples bootstrap resamples of the intervals, at least 1000
 * @param level of the intervals, in (0, 1)
 * @param leaveOneOut whether examples are left out one at a time
 * @param mislabels whether suspected labels are listed
 * @param outcomes outcomes made elsewhere, in place of retraining on subsets
 */
public record EvaluationSettings(
    @Setting(help = "random subsets retrained on; 0: nothing is judged", min = 0) int subsets,
    @Setting(help = "share of the training examples in a subset", min = 0, max = 1, exclusiveMin = true, exclusiveMax = true) double fraction,
    @Setting(help = "trainings of each subset with fresh seeds", min = 1) int repeats,
    @Setting(help = "bootstrap resamples of the intervals", min = 1000) int resamples,
    @Setting(help = "level of the intervals", min = 0, max = 1, exclusiveMin = true, exclusiveMax = true) double level,
    @Setting(help = "retraining without single examples") LeaveOneOutSettings leaveOneOut,
    @Setting(help = "listing of suspected labels") MislabelSettings mislabels,
    @Setting(help = "outcomes made elsewhere, in place of retraining on subsets") OutcomeFiles outcomes) {
  private static final int SUBSETS = 50;
  private static final double HALF = 0.5;
  private static final int REPEATS = 2;

  /** Checks the bounds. */
  public EvaluationSettings {
    Settings.check(EvaluationSettings.class, subsets, fraction, repeats, resamples, level, leaveOneOut,
        mislabels, outcomes);
    if (subsets == 1) {
      throw new IllegalArgumentException("subsets must be >= 2 to judge scores, or 0 to judge none, got 1");
    }
    if (outcomes.given() && (subsets != SUBSETS || fraction != HALF || repeats != REPEATS)) {
      throw new IllegalArgumentException("outcomes come from " + outcomes.masks()
          + ", so subsets, fraction and repeats cannot be chosen; leave them out");
    }
  }

  /** 50 halves, trained twice; 95 % intervals of 2000 resamples. */
  public EvaluationSettings() {
    this(SUBSETS, HALF, REPEATS, 2000, 0.95, new LeaveOneOutSettings(), new MislabelSettings(),
        new OutcomeFiles());
  }
}
