package dev.whence.run;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The implementations of an extension point by the names users know them by: every class that {@code META-INF/services}
 * lists for the interface on the class path, named by {@link Named}. Immutable; safe for any thread.
 *
 * @param <T> the extension point
 */
public final class Registry<T> {
  private final Class<T> type;
  private final String kind;
  private final Map<String, Class<?>> byName;

  private Registry(Class<T> type, String kind, Map<String, Class<?>> byName) {
    this.type = type;
    this.kind = kind;
    this.byName = byName;
  }

  /**
   * Looks the implementations up.
   *
   * @param type the extension point
   * @param kind what users call one, for messages, such as {@code method}
   * @throws IllegalStateException if two have the same name
   */
  public static <T> Registry<T> of(Class<T> type, String kind) {
    return new Registry<>(type, kind, Choices.of(type));
  }

  /** All names, sorted. */
  public List<String> names() {
    return List.copyOf(byName.keySet());
  }

  /** The class behind a name. @throws IllegalArgumentException naming the known ones */
  public Class<? extends T> type(String name) {
    Class<?> found = byName.get(name);
    if (found == null) {
      Optional<String> nearest = Nearest.to(name, byName.keySet());
      throw new IllegalArgumentException(
          "unknown " + kind + " '" + name + "'; known: " + String.join(", ", byName.keySet())
              + nearest.map(meant -> "; did you mean '" + meant + "'?").orElse(""));
    }
    return found.asSubclass(type);
  }

  /** The implementation with its defaults. @throws IllegalArgumentException naming the known ones */
  public T get(String name) {
    return create(name, Map.of());
  }

  /**
   * The implementation with these settings over its defaults.
   *
   * @throws IllegalArgumentException for an unknown name, and as {@link Settings#build}
   */
  public T create(String name, Map<String, ?> settings) {
    Class<? extends T> found = type(name);
    if (found.isRecord()) {
      return type.cast(Settings.build(found.asSubclass(Record.class), settings));
    }
    if (!settings.isEmpty()) {
      throw new IllegalArgumentException(kind + " '" + name + "' has no settings, got " + settings.keySet());
    }
    try {
      return found.getDeclaredConstructor().newInstance();
    } catch (ReflectiveOperationException thrown) {
      throw new IllegalStateException("cannot make " + kind + " '" + name + "'", thrown);
    }
  }

  /** Every implementation with its defaults, by name. */
  public Map<String, T> all() {
    var all = new LinkedHashMap<String, T>();
    byName.keySet().forEach(name -> all.put(name, get(name)));
    return all;
  }

  /** The name an implementation is known by: its {@link Named}, else its class's name with hyphens. */
  public static String nameOf(Object implementation) {
    return Names.of(implementation.getClass());
  }
}
