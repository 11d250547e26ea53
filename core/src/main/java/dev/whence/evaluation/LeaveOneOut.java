package dev.whence.evaluation;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalDouble;

/**
 * How scores agree with leave-one-out differences.
 *
 * @param pearson mean over targets
 * @param pearsonIntervals its intervals
 * @param spearman mean over targets
 * @param spearmanIntervals its intervals
 * @param leftOut how many sources were left out, one at a time
 * @param targets how many took part
 * @param ceiling about what Spearman's correlation would be for exact scores, since differences vary with the training seed; empty
 *     unless models were trained repeatedly
 * @param constantTargets targets left out because scores or differences do not vary
 */
public record LeaveOneOut(double pearson, Intervals pearsonIntervals, double spearman,
    Intervals spearmanIntervals,
    int leftOut, int targets, OptionalDouble ceiling, int constantTargets) implements Evaluation {
  @Override
  public Map<String, Object> values() {
    var values = new LinkedHashMap<String, Object>();
    values.put("pearson", of(pearson, pearsonIntervals));
    values.put("spearman", of(spearman, spearmanIntervals));
    ceiling.ifPresent(known -> values.put("ceiling", known));
    values.put("leftOut", leftOut);
    values.put("targets", targets);
    values.put("constantTargets", constantTargets);
    return values;
  }

  private static Map<String, Object> of(double mean, Intervals intervals) {
    var values = new LinkedHashMap<String, Object>();
    values.put("mean", mean);
    values.put("low", intervals.twoLevel().low());
    values.put("high", intervals.twoLevel().high());
    values.put("intervals", intervals.values());
    return values;
  }
}
