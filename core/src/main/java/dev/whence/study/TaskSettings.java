package dev.whence.study;

import dev.whence.run.Setting;
import dev.whence.run.Settings;
import java.util.Map;

/**
 * What is explained, as a run file says it.
 *
 * @param loss what the model was trained on; {@code auto}: what the exporter noted in the model file
 * @param measurement what is attributed; {@code auto}: what is usual for the loss
 * @param measurementSettings settings of the measurement, such as the two classes of a logit difference
 * @param explain whose measurement is attributed: {@code label}, {@code prediction}, or the name or number of a class;
 *     {@code auto}: the label, where targets have none the prediction
 * @param inputs model input → data column; an input not named is the column of its own name
 * @param logits the output that holds the logits; empty: the only one, or the one called {@code logits}
 */
public record TaskSettings(
    @Setting(help = "loss the model was trained on; auto: the one noted in the model file") String loss,
    @Setting(help = "what is attributed; auto: what is usual for the loss") String measurement,
    @Setting(help = "settings of the measurement") Map<String, String> measurementSettings,
    @Setting(help = "what the measurement speaks of: label, prediction, or a class by name or number; auto: the label, where targets have none the prediction") String explain,
    @Setting(help = "model input → data column, where the names differ") Map<String, String> inputs,
    @Setting(help = "output that holds the logits; empty: the one noted in the model file, the only one, or 'logits'") String logits) {
  /** Stands for a choice left to Whence. */
  public static final String AUTO = "auto";

  /** Copies. */
  public TaskSettings {
    Settings.check(TaskSettings.class, loss, measurement, measurementSettings, explain, inputs, logits);
    measurementSettings = Map.copyOf(measurementSettings);
    inputs = Map.copyOf(inputs);
    if (measurement.equals(AUTO) && !measurementSettings.isEmpty()) {
      throw new IllegalArgumentException("measurement-settings has no effect with measurement: auto, got "
          + measurementSettings + "; name the measurement they are for, such as logit-difference");
    }
  }

  /** Everything left to Whence. */
  public TaskSettings() {
    this(AUTO, AUTO, Map.of(), AUTO, Map.of(), "");
  }
}
