package dev.whence.run;

import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * When something was made and how long it took; kept apart from {@link Provenance}, because two runs that agree in
 * everything else differ here.
 *
 * @param started when the run began
 * @param seconds duration of each stage by name, in order
 */
public record Times(Instant started, Map<String, Double> seconds) {
  /** Copies, keeping the order. */
  public Times {
    seconds = Collections.unmodifiableMap(new LinkedHashMap<>(seconds));
  }

  Map<String, Object> values() {
    var values = new LinkedHashMap<String, Object>();
    values.put("started", started.toString());
    values.put("seconds", seconds);
    return values;
  }
}
