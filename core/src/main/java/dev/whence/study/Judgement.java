package dev.whence.study;

import dev.whence.evaluation.Difference;
import dev.whence.evaluation.Evaluation;
import dev.whence.evaluation.FittedScale;
import dev.whence.evaluation.Lds;
import dev.whence.evaluation.SubsetTruth;
import dev.whence.score.Calibration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * How far the methods of a run are to be trusted.
 *
 * @param metrics what each outcome metric found, by its name and then by method, in the run file's order; {@code lds} and
 *     {@code scale} are among them
 * @param first the first method of the run file, compared with the best of the others
 * @param baseline the best of the others
 * @param difference the first method's score minus the baseline's, on the same resamples; empty with one method
 * @param calibrations by method, where the scale is above 0 and means something
 * @param truth what the retrained models answered
 */
public record Judgement(Map<String, Map<String, Evaluation>> metrics, String first, Optional<String> baseline,
    Optional<Difference> difference, Map<String, Calibration> calibrations, SubsetTruth truth) {
  static final String LDS = "lds";
  static final String SCALE = "scale";

  /** Copies, keeping the order. */
  public Judgement {
    var copy = new LinkedHashMap<String, Map<String, Evaluation>>();
    metrics.forEach((name, byMethod) -> copy.put(name,
        Collections.unmodifiableMap(new LinkedHashMap<>(byMethod))));
    metrics = Collections.unmodifiableMap(copy);
    calibrations = Collections.unmodifiableMap(new LinkedHashMap<>(calibrations));
  }

  /** The linear datamodeling score by method. */
  public Map<String, Lds> lds() {
    return of(LDS, Lds.class);
  }

  /** The factor between predicted and measured by method. */
  public Map<String, FittedScale> scales() {
    return of(SCALE, FittedScale.class);
  }

  private <E extends Evaluation> Map<String, E> of(String metric, Class<E> type) {
    var found = new LinkedHashMap<String, E>();
    Objects.requireNonNull(metrics.get(metric)).forEach((name, value) -> found.put(name, type.cast(value)));
    return found;
  }

  /** As maps and numbers, for JSON; the LDS without its targets. */
  public Map<String, Object> values() {
    Map<String, Object> values = complete();
    values.put(LDS, brief());
    return values;
  }

  /** As maps and numbers, for JSON: metric → method → numbers, {@code calibrations}, {@code difference}. */
  Map<String, Object> complete() {
    var values = new LinkedHashMap<String, Object>();
    metrics.forEach((metric, byMethod) -> {
      var entries = new LinkedHashMap<String, Object>();
      byMethod.forEach((method, found) -> entries.put(method, found.values()));
      values.put(metric, entries);
    });
    var scales = new LinkedHashMap<String, Object>();
    calibrations.forEach((method, calibration) -> scales.put(method, calibration.values()));
    values.put("calibrations", scales);
    difference.ifPresent(found -> {
      var entry = new LinkedHashMap<String, Object>(found.values());
      entry.put("of", List.of(first, baseline.orElse("")));
      values.put("difference", entry);
    });
    return values;
  }

  private Map<String, Object> brief() {
    var scores = new LinkedHashMap<String, Object>();
    lds().forEach((name, score) -> {
      var values = new LinkedHashMap<String, Object>(score.values());
      values.remove("perTarget");
      scores.put(name, values);
    });
    return scores;
  }
}
