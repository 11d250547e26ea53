package dev.whence.evaluation;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A percentile bootstrap interval.
 *
 * @param low lower end
 * @param high upper end
 * @param confidence nominal probability to cover the true value, such as 0.95
 */
public record Interval(double low, double high, double confidence) {
  Map<String, Object> values() {
    var values = new LinkedHashMap<String, Object>();
    values.put("low", low);
    values.put("high", high);
    values.put("confidence", confidence);
    return values;
  }
}
