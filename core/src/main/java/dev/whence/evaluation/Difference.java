package dev.whence.evaluation;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The mean of one method's correlations minus another's, on the same resamples.
 *
 * @param mean over the targets that vary for both
 * @param intervals of the mean; print the two-level one
 * @param targets how many took part
 * @param constantTargets targets left out
 */
public record Difference(double mean, Intervals intervals, int targets,
    int constantTargets) implements Evaluation {
  @Override
  public Map<String, Object> values() {
    var values = new LinkedHashMap<String, Object>();
    values.put("mean", mean);
    values.put("low", intervals.twoLevel().low());
    values.put("high", intervals.twoLevel().high());
    values.put("intervals", intervals.values());
    values.put("targets", targets);
    values.put("constantTargets", constantTargets);
    return values;
  }
}
