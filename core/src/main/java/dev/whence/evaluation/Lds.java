package dev.whence.evaluation;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;

/**
 * A linear datamodeling score.
 *
 * @param mean over the targets that vary
 * @param intervals of the mean; print the two-level one
 * @param ceiling about what perfect scores would reach; empty unless subsets were trained on repeatedly
 * @param subsets how many took part
 * @param repeats trainings a subset
 * @param constantTargets targets left out because predictions or outcomes do not vary
 * @param perTarget the others' correlations, in order
 */
public record Lds(double mean, Intervals intervals, OptionalDouble ceiling, int subsets, int repeats,
    int constantTargets, List<TargetCorrelation> perTarget) implements Evaluation {
  /** Copies. */
  public Lds {
    perTarget = List.copyOf(perTarget);
  }

  /** The two-level interval. */
  public Interval interval() {
    return intervals.twoLevel();
  }

  @Override
  public Map<String, Object> values() {
    var values = new LinkedHashMap<String, Object>();
    values.put("mean", mean);
    values.put("low", interval().low());
    values.put("high", interval().high());
    ceiling.ifPresent(known -> values.put("ceiling", known));
    values.put("intervals", intervals.values());
    values.put("subsets", subsets);
    values.put("repeats", repeats);
    values.put("targets", perTarget.size());
    values.put("constantTargets", constantTargets);
    var each = new LinkedHashMap<String, Object>();
    perTarget.forEach(target -> each.put(target.id(), target.correlation()));
    values.put("perTarget", each);
    return values;
  }
}
