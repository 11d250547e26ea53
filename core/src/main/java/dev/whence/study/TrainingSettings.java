package dev.whence.study;

import dev.whence.run.Setting;
import dev.whence.run.Settings;
import dev.whence.training.Recipe;
import dev.whence.training.initial.Distribution;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The models a run attributes with, as a run file says it: trained here, read from checkpoints trained elsewhere, or the model
 * file's own numbers. What is left open is settled, once the model file is read, by {@link ModelChoice}.
 *
 * @param models how many models are averaged over; empty: {@link #USUAL_MODELS} where they are trained here, else as many as
 *     there are
 * @param recipe how models are trained; empty: the one noted in the model file, else Whence's default
 * @param start where the models come from
 * @param initialization parameter name pattern → distribution, where the file does not tell or is overruled
 * @param checkpointsPerModel models kept along each training, evenly over its steps, for methods that follow it; empty:
 *     {@link #USUAL_CHECKPOINTS}
 * @param checkpoints files trained elsewhere; where there are some, nothing is trained for attribution
 * @param checkpointRates learning rate of each checkpoint, for methods that weigh by it; empty: those noted in the files
 */
public record TrainingSettings(
    @Setting(help = "models averaged over; auto: 5 where they are trained, else as many as there are", min = 1) Optional<Integer> models,
    @Setting(help = "how models are trained; auto: as the model file notes, else Whence's default") Optional<Recipe> recipe,
    @Setting(help = "where models come from; auto: the file's numbers where they are trained, else afresh") Start start,
    @Setting(help = "parameter pattern → initial distribution") Map<String, Distribution> initialization,
    @Setting(help = "models kept along each training; auto: 5", min = 1) Optional<Integer> checkpointsPerModel,
    @Setting(help = "safetensors or .pt2 files trained elsewhere, used in place of training") List<String> checkpoints,
    @Setting(help = "learning rate of each checkpoint; empty: those noted in the files", min = 0) List<Double> checkpointRates) {
  /** Models trained where nothing else is said. */
  public static final int USUAL_MODELS = 5;
  /** Checkpoints kept of each where nothing else is said. */
  public static final int USUAL_CHECKPOINTS = 5;

  /** Checks and copies. */
  public TrainingSettings {
    Settings.check(TrainingSettings.class, models, recipe, start, initialization,
        checkpointsPerModel, checkpoints, checkpointRates);
    initialization = Collections.unmodifiableMap(new LinkedHashMap<>(initialization));
    checkpoints = List.copyOf(checkpoints);
    checkpointRates = List.copyOf(checkpointRates);
    if (!checkpointRates.isEmpty() && checkpointRates.size() != checkpoints.size()) {
      throw new IllegalArgumentException("checkpoint-rates must be one per checkpoint, " + checkpoints.size()
          + ", got " + checkpointRates.size());
    }
    if (!checkpoints.isEmpty()) {
      checkGiven(checkpoints.size(), models, checkpointsPerModel, start);
    } else if (start == Start.TRAINED) {
      checkOne(models, checkpointsPerModel);
    } else if (start == Start.FILE && !initialization.isEmpty()) {
      throw new IllegalArgumentException(
          "initialization has no effect with start: file, which takes every number from the model file; leave"
              + " one of them out, or give some parameters the distribution 'file' with start: fresh");
    }
  }

  private static void checkGiven(int count, Optional<Integer> models, Optional<Integer> each, Start start) {
    if (models.isPresent() && models.get() != count) {
      throw new IllegalArgumentException("models must be " + count
          + ", the number of checkpoints listed, or left out; got " + models.get()
          + "; list under checkpoints those you want");
    }
    if (each.isPresent()) {
      throw new IllegalArgumentException(
          "checkpoints-per-model has no effect where checkpoints are listed; leave it out");
    }
    if (start == Start.TRAINED) {
      throw new IllegalArgumentException(
          "start: trained takes the model file's numbers, checkpoints those listed; leave one of them out");
    }
  }

  private static void checkOne(Optional<Integer> models, Optional<Integer> each) {
    if (models.isPresent() && models.get() != 1) {
      throw new IllegalArgumentException("models is " + models.get()
          + ", but start: trained takes the model file's numbers, which are one model; ask for start: fresh to train "
          + models.get() + ", or list others under checkpoints");
    }
    if (each.isPresent()) {
      throw new IllegalArgumentException(
          "checkpoints-per-model has no effect with start: trained, where nothing is trained; leave it out");
    }
  }

  /** Everything left to Whence. */
  public TrainingSettings() {
    this(Optional.empty(), Optional.empty(), Start.AUTO, Map.of(), Optional.empty(), List.of(), List.of());
  }

  /** The recipe models are trained by, here or when scores are judged. */
  public Recipe usedRecipe() {
    return recipe.orElseGet(Recipe::new);
  }

  /** How many models are trained, where some are. */
  public int trainedModels() {
    return models.orElse(USUAL_MODELS);
  }

  /** How many checkpoints are kept of each model that is trained. */
  public int keptCheckpoints() {
    return checkpointsPerModel.orElse(USUAL_CHECKPOINTS);
  }

  /** Where models come from. */
  public enum Start {
    /** The file's numbers where they are trained, else afresh. */
    AUTO,
    /** The numbers in the model file are the trained model: nothing is trained. */
    TRAINED,
    /** Trained, from parameters drawn anew from each model's seed. */
    FRESH,
    /** Trained, from the numbers in the model file. */
    FILE
  }
}
