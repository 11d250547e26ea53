package dev.whence.study;

import dev.whence.evaluation.Bootstrap;
import dev.whence.evaluation.Evaluation;
import dev.whence.evaluation.OutcomeMetric;
import dev.whence.evaluation.SubsetTruth;
import dev.whence.run.Registry;
import dev.whence.run.SettingDescription;
import dev.whence.run.Settings;
import dev.whence.score.ScoreMatrix;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Every registered metric of outcomes, with the run's intervals.
 *
 * @param bootstrap how intervals are made
 */
record Metrics(Bootstrap bootstrap) {
  /** What each metric of this design finds, by its name and then by method. */
  Map<String, Map<String, Evaluation>> evaluate(OutcomeMetric.Design design, Map<String, ScoreMatrix> scores,
      SubsetTruth truth) {
    var found = new LinkedHashMap<String, Map<String, Evaluation>>();
    var registry = Registry.of(OutcomeMetric.class, "metric");
    for (String name : registry.names()) {
      OutcomeMetric metric = registry.create(name, settings(registry.type(name)));
      if (metric.design() == design) {
        var byMethod = new LinkedHashMap<String, Evaluation>();
        scores.forEach((method, matrix) -> byMethod.put(method, metric.evaluate(matrix, truth)));
        found.put(name, byMethod);
      }
    }
    return found;
  }

  private Map<String, Object> settings(Class<? extends OutcomeMetric> type) {
    boolean resamples = type.isRecord() && Settings.describe(type.asSubclass(Record.class)).stream()
        .map(SettingDescription::name).anyMatch("bootstrap"::equals);
    return resamples ? Map.of("bootstrap", Settings.values(bootstrap)) : Map.of();
  }
}
