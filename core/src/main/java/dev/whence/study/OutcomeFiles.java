package dev.whence.study;

import dev.whence.run.Setting;
import dev.whence.run.Settings;
import java.util.List;

/**
 * Outcomes made elsewhere, to judge scores by in place of retraining here.
 *
 * @param masks NPY or Parquet, a row per subset, an entry per training example: 1 where the subset holds it, else 0; empty: none
 * @param outputs NPY {@code [s, m]} or {@code [s, r, m]}, or Parquet of s or s · r rows: what each model answered, the run's
 *     measurement of each target; empty where checkpoints are named
 * @param checkpoints the models themselves, s or s · r safetensors or .pt2 files or one folder of them, subset by subset
 */
public record OutcomeFiles(
    @Setting(help = "file of subsets, a row each: 1 where it holds the training example, else 0; empty: models are retrained here") String masks,
    @Setting(help = "file of what the model of each subset answered: the measurement of each target") String outputs,
    @Setting(help = "in place of outputs: the models, subset by subset, or a folder of them") List<String> checkpoints) {
  /** Copies; checks that masks come with just one of outputs and checkpoints. */
  public OutcomeFiles {
    Settings.check(OutcomeFiles.class, masks, outputs, checkpoints);
    checkpoints = List.copyOf(checkpoints);
    boolean both = !outputs.isEmpty() && !checkpoints.isEmpty();
    boolean neither = outputs.isEmpty() && checkpoints.isEmpty();
    if (both || masks.isEmpty() != neither) {
      throw new IllegalArgumentException(
          "outcomes must name masks and either outputs or checkpoints, got masks '" + masks + "', outputs '"
              + outputs + "' and " + checkpoints.size() + " checkpoints");
    }
  }

  /** None: models are retrained here. */
  public OutcomeFiles() {
    this("", "", List.of());
  }

  /** Whether there are any. */
  public boolean given() {
    return !masks.isEmpty();
  }
}
