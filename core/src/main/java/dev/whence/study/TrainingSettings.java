package dev.whence.study;

import dev.whence.run.Setting;
import dev.whence.run.Settings;
import dev.whence.training.Distribution;
import dev.whence.training.Recipe;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The models a run attributes with, as a run file says it: trained here, or read from checkpoints trained elsewhere.
 *
 * @param models how many models are trained, each on all training examples from a seed of its own
 * @param recipe how they are trained
 * @param start whether they start from the file's numbers or afresh
 * @param initialization parameter name pattern → distribution, where the file does not tell or is overruled
 * @param checkpointsPerModel models kept along each training, evenly over its steps, for methods that follow it
 * @param checkpoints safetensors trained elsewhere; where there are some, nothing is trained for attribution
 * @param checkpointRates learning rate of each checkpoint, for TracIn; empty: 1 for all
 */
public record TrainingSettings(@Setting(help = "models trained to average over", min = 1) int models,
    @Setting(help = "how models are trained") Recipe recipe,
    @Setting(help = "start afresh by seed, or from the file's numbers") Start start,
    @Setting(help = "parameter pattern → initial distribution") Map<String, Distribution> initialization,
    @Setting(help = "models kept along each training", min = 1) int checkpointsPerModel,
    @Setting(help = "safetensors trained elsewhere, used in place of training") List<String> checkpoints,
    @Setting(help = "learning rate of each checkpoint", min = 0) List<Double> checkpointRates) {
  /** Checks and copies. */
  public TrainingSettings {
    Settings.check(TrainingSettings.class, models, recipe, start, initialization,
        checkpointsPerModel, checkpoints, checkpointRates);
    initialization = Collections.unmodifiableMap(new LinkedHashMap<>(initialization));
    checkpoints = List.copyOf(checkpoints);
    checkpointRates = List.copyOf(checkpointRates);
    if (!checkpointRates.isEmpty() && checkpointRates.size() != checkpoints.size()) {
      throw new IllegalArgumentException("checkpoint-rates must be one a checkpoint, " + checkpoints.size()
          + ", got " + checkpointRates.size());
    }
  }

  /** Five models, afresh, by the usual recipe. */
  public TrainingSettings() {
    this(5, new Recipe(), Start.FRESH, Map.of(), 5, List.of(), List.of());
  }

  /** What training starts from. */
  public enum Start {
    /** Parameters drawn anew from each model's seed. */
    FRESH,
    /** The numbers in the model file. */
    FILE
  }
}
