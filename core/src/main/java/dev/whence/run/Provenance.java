package dev.whence.run;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * How a result was made, so that it can be made again. The same work on the same machine gives an equal provenance:
 * {@link Times} are kept apart.
 *
 * @param version of Whence
 * @param maker what made it: a method's or command's name, such as {@code trak}
 * @param settings all of the maker's settings, defaults written out, as {@link Settings#values}
 * @param fingerprints what it was made from, such as {@code model} and {@code training} → digest
 * @param seeds by purpose
 * @param environment machine, java and libtorch as text, by name
 */
public record Provenance(String version, String maker, Map<String, Object> settings,
    Map<String, String> fingerprints,
    Map<String, Long> seeds, Map<String, String> environment) {
  /**
   * Copies; settings keep their order, the rest is sorted by name. Whole numbers become Long and others Double, as they
   * are when read back.
   *
   * @throws IllegalArgumentException if a setting is no number, text, boolean, list or map of these
   */
  public Provenance {
    settings = plain(settings);
    fingerprints = sorted(fingerprints);
    seeds = sorted(seeds);
    environment = sorted(environment);
  }

  /** A maker with its settings; fingerprints, seeds and environment empty, to be added by {@code with…}. */
  public static Provenance of(String version, String maker, Record settings) {
    return new Provenance(version, maker, Settings.values(settings), Map.of(), Map.of(), Map.of());
  }

  /** The same with a digest of one thing it was made from. */
  public Provenance withFingerprint(String name, String digest) {
    return new Provenance(version, maker, settings, plus(fingerprints, name, digest), seeds, environment);
  }

  /** The same with a seed. */
  public Provenance withSeed(String purpose, long seed) {
    return new Provenance(version, maker, settings, fingerprints, plus(seeds, purpose, seed), environment);
  }

  /** The same with one fact about the machine or the software, such as {@code java} → {@code 25.0.3}. */
  public Provenance withEnvironment(String name, String value) {
    return new Provenance(version, maker, settings, fingerprints, seeds, plus(environment, name, value));
  }

  /** As maps, texts and numbers; what {@link #of(Map)} reads. */
  public Map<String, Object> values() {
    var values = new LinkedHashMap<String, Object>();
    values.put("version", version);
    values.put("maker", maker);
    values.put("settings", settings);
    values.put("fingerprints", fingerprints);
    values.put("seeds", seeds);
    values.put("environment", environment);
    return values;
  }

  /** The text of {@code provenance.json}, times last. */
  public String json(Optional<Times> times) {
    Map<String, Object> values = values();
    times.ifPresent(known -> values.put("times", known.values()));
    return Json.pretty(values);
  }

  /** Reads what {@link #json} wrote; times are left out. @throws IllegalArgumentException if it is no provenance */
  public static Provenance parse(String json) {
    return of(Json.parse(json));
  }

  /** Reads what {@link #values} wrote. @throws IllegalArgumentException naming the member that is missing or wrong */
  public static Provenance of(Map<String, ?> values) {
    var seeds = new LinkedHashMap<String, Long>();
    map(values, "seeds").forEach((name, seed) -> seeds.put(name, Long.valueOf(seed.toString())));
    return new Provenance(text(values, "version"), text(values, "maker"), map(values, "settings"),
        texts(values, "fingerprints"), seeds, texts(values, "environment"));
  }

  private static String text(Map<String, ?> values, String name) {
    if (values.get(name) instanceof String text) {
      return text;
    }
    throw new IllegalArgumentException("provenance has no text '" + name + "'");
  }

  private static Map<String, String> texts(Map<String, ?> values, String name) {
    var texts = new LinkedHashMap<String, String>();
    map(values, name).forEach((key, value) -> texts.put(key, value.toString()));
    return texts;
  }

  private static Map<String, Object> map(Map<String, ?> values, String name) {
    if (!(values.get(name) instanceof Map<?, ?> found)) {
      throw new IllegalArgumentException("provenance has no map '" + name + "'");
    }
    var map = new LinkedHashMap<String, Object>();
    found.forEach((key, value) -> map.put(String.valueOf(key), value));
    return map;
  }

  private static <V> Map<String, V> plus(Map<String, V> map, String name, V value) {
    var more = new LinkedHashMap<>(map);
    more.put(name, value);
    return more;
  }

  /** By name, so that equal content gives equal bytes whatever map the caller had. */
  private static <V> Map<String, V> sorted(Map<String, V> map) {
    return Collections.unmodifiableMap(new TreeMap<>(map));
  }

  private static Map<String, Object> plain(Map<?, ?> map) {
    var plain = new LinkedHashMap<String, Object>();
    map.forEach((name, value) -> plain.put(String.valueOf(name), plain(value)));
    return Collections.unmodifiableMap(plain);
  }

  private static Object plain(@Nullable Object value) {
    return switch (value) {
      case String text -> text;
      case Boolean truth -> truth;
      case Integer number -> number.longValue();
      case Long number -> number;
      case Float number -> Double.valueOf(number.toString());
      case Double number -> number;
      case List<?> list -> list.stream().map(Provenance::plain).toList();
      case Map<?, ?> map -> plain(map);
      case null, default -> throw new IllegalArgumentException(
          "a setting in a provenance must be a number, text, boolean, list or map, got " + value);
    };
  }
}
