package dev.whence.score;

import dev.whence.run.Provenance;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What is known of a matrix besides its numbers, and where the numbers lie: coverage {@code [targets, ceil(sources/8)]}
 * bytes, scores {@code [targets, sources]} float32, then standard errors if any; each part begins at a multiple of 64.
 */
record ScoreHead(Axis targets, Axis sources, Semantics semantics, Provenance provenance,
    boolean standardErrors) {
  /** Bytes of one target's coverage. */
  long coverageBytes() {
    return (sources.size() + 7L) / 8;
  }

  /** Bytes of one target's scores. */
  long rowBytes() {
    return 4L * sources.size();
  }

  long scoresAt() {
    return align(targets.size() * coverageBytes());
  }

  long errorsAt() {
    return scoresAt() + align(targets.size() * rowBytes());
  }

  long size() {
    return errorsAt() + (standardErrors ? align(targets.size() * rowBytes()) : 0);
  }

  static long align(long offset) {
    return (offset + 63) / 64 * 64;
  }

  Map<String, Object> values() {
    var values = new LinkedHashMap<String, Object>();
    values.put("targets", axis(targets));
    values.put("sources", axis(sources));
    values.put("semantics", semantics.values());
    values.put("standardErrors", standardErrors);
    values.put("provenance", provenance.values());
    return values;
  }

  /**
   * Reads what {@link #values} wrote.
   *
   * @param version of the file
   * @throws RuntimeException if something is missing or of another type
   */
  static ScoreHead of(Map<String, Object> values, int version) {
    Map<?, ?> meaning = (Map<?, ?>) get(values, "semantics");
    Semantics semantics = version == 1 ? Semantics.ofVersionOne(meaning) : Semantics.of(meaning);
    var provenance = new LinkedHashMap<String, Object>();
    ((Map<?, ?>) get(values, "provenance")).forEach((key, value) -> provenance.put((String) key, value));
    return new ScoreHead(axis((Map<?, ?>) get(values, "targets")), axis((Map<?, ?>) get(values, "sources")),
        semantics,
        Provenance.of(provenance), (Boolean) get(values, "standardErrors"));
  }

  private static Map<String, Object> axis(Axis axis) {
    var values = new LinkedHashMap<String, Object>();
    values.put("kind", axis.kind().name().toLowerCase(Locale.ROOT));
    values.put("ids", axis.ids());
    return values;
  }

  private static Axis axis(Map<?, ?> values) {
    List<String> ids = ((List<?>) get(values, "ids")).stream().map(String.class::cast).toList();
    return new Axis(Axis.Kind.valueOf(((String) get(values, "kind")).toUpperCase(Locale.ROOT)), ids);
  }

  static Object get(Map<?, ?> values, String name) {
    Object value = values.get(name);
    if (value == null) {
      throw new IllegalArgumentException("no '" + name + "'");
    }
    return value;
  }
}
