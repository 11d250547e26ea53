package dev.whence.run;

import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * When something was made and how long it took; kept apart from {@link Provenance}, because two runs that agree in
 * everything else differ here.
 *
 * @param started when the run began
 * @param seconds duration of each stage by name, in order: of the call that made it, not of later ones that found it there
 * @param made when each of these stages was done, by the same names; stages whose time is not known are absent
 */
public record Times(Instant started, Map<String, Double> seconds, Map<String, Instant> made) {
  /** Copies, keeping the order. */
  public Times {
    seconds = Collections.unmodifiableMap(new LinkedHashMap<>(seconds));
    made = Collections.unmodifiableMap(new LinkedHashMap<>(made));
  }

  /**
   * The times in the text of a {@code provenance.json}; empty if it has none.
   *
   * @throws IllegalArgumentException if they are not what {@link Provenance#json} writes
   */
  public static Optional<Times> parse(String json) {
    if (!(Json.parse(json).get("times") instanceof Map<?, ?> times)) {
      return Optional.empty();
    }
    var seconds = new LinkedHashMap<String, Double>();
    if (times.get("seconds") instanceof Map<?, ?> map) {
      map.forEach((name, value) -> seconds.put(String.valueOf(name), Double.valueOf(value.toString())));
    }
    var made = new LinkedHashMap<String, Instant>();
    if (times.get("made") instanceof Map<?, ?> map) {
      map.forEach((name, value) -> made.put(String.valueOf(name), instant(value)));
    }
    return Optional.of(new Times(instant(times.get("started")), seconds, made));
  }

  private static Instant instant(@Nullable Object value) {
    try {
      return Instant.parse(String.valueOf(value));
    } catch (DateTimeParseException e) {
      throw new IllegalArgumentException(
          "a time in a provenance must be like 2026-01-01T00:00:00Z, got " + value,
          e);
    }
  }

  Map<String, Object> values() {
    var values = new LinkedHashMap<String, Object>();
    values.put("started", started.toString());
    values.put("seconds", seconds);
    var instants = new LinkedHashMap<String, String>();
    made.forEach((name, instant) -> instants.put(name, instant.toString()));
    values.put("made", instants);
    return values;
  }
}
