package dev.whence.study;

import dev.whence.run.Setting;
import dev.whence.run.Settings;
import java.util.stream.Stream;

/**
 * Whether training examples are listed by how much their labels are suspected, and what is known of the truth.
 *
 * @param list whether they are
 * @param wrong column of the data file that is 1 where the label is known to be wrong, else 0; empty: none
 * @param truth column of the data file with the true labels; empty: none
 * @param flip share of the labels that are made wrong, by the run's seed, to see whether they are found: models are trained anew
 *     on them; 0: none
 */
public record MislabelSettings(
    @Setting(help = "list the training examples by suspicion of a wrong label") boolean list,
    @Setting(help = "column that is 1 where a label is known to be wrong, else 0") String wrong,
    @Setting(help = "column with the true labels") String truth,
    @Setting(help = "share of labels made wrong on purpose, to see whether they are found", min = 0, max = 1, exclusiveMax = true) double flip) {
  /** Checks the bounds and that at most one truth is named. */
  public MislabelSettings {
    Settings.check(MislabelSettings.class, list, wrong, truth, flip);
    if (Stream.of(!wrong.isEmpty(), !truth.isEmpty(), flip > 0).filter(given -> given).count() > 1) {
      throw new IllegalArgumentException(
          "mislabels must name at most one of wrong, truth and flip, got '%s', '%s' and %s".formatted(wrong,
              truth, flip));
    }
  }

  /** No list. */
  public MislabelSettings() {
    this(false, "", "", 0);
  }
}
