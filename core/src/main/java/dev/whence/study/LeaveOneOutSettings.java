package dev.whence.study;

import dev.whence.run.Setting;
import dev.whence.run.Settings;

/**
 * Which examples are left out, one at a time, and how often models are trained without them.
 *
 * @param examples how many, drawn at random by the run's seed; 0 for none, else at least 3; more than there are means all
 * @param repeats trainings of the full set and of each set that lacks one, with fresh seeds
 */
public record LeaveOneOutSettings(
    @Setting(help = "examples left out, one at a time; 0: none", min = 0) int examples,
    @Setting(help = "trainings of all examples, and of all but each, with fresh seeds", min = 1) int repeats) {
  /** Checks the bounds. */
  public LeaveOneOutSettings {
    Settings.check(LeaveOneOutSettings.class, examples, repeats);
    if (examples == 1 || examples == 2) {
      // half the resamples of two examples hold one of them twice: no correlation, no interval
      throw new IllegalArgumentException(
          "leave-one-out.examples must be >= 3 to correlate, or 0 for none, got " + examples);
    }
  }

  /** None; if some, five trainings each. */
  public LeaveOneOutSettings() {
    this(0, 5);
  }
}
