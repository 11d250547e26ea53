package dev.whence.evaluation;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How uncertain a mean over targets is, by what is resampled. The two-level interval is the one to print: the subsets'
 * outcomes are shared by all targets, so resampling targets alone is far too narrow.
 *
 * @param twoLevel over subsets and targets
 * @param subsets over subsets alone
 * @param targets over targets alone
 */
public record Intervals(Interval twoLevel, Interval subsets, Interval targets) {
  Map<String, Object> values() {
    var values = new LinkedHashMap<String, Object>();
    values.put("twoLevel", twoLevel.values());
    values.put("subsets", subsets.values());
    values.put("targets", targets.values());
    return values;
  }
}
