package dev.whence.run;

import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Options as records: checks the bounds declared by {@link Setting}, builds a record from the keys of a run file over
 * its defaults, and writes one back for the provenance. The defaults are what the record's constructor without
 * arguments sets; a record without one must be given every component.
 *
 * <p>Components may be int, long, float, double, boolean, String, enums, records, lists, string maps and optionals of these
 * (absent is written {@code auto}), and interfaces whose implementations are sealed or registered: those are written as a name, or as one name over its
 * settings ({@code projection: {two-sided: {columns: 256}}}).
 */
public final class Settings {
  private Settings() {
  }

  /**
   * Checks values against the bounds of a record's components; to be called by its compact constructor.
   *
   * @param type the record
   * @param values one a component, in order
   * @throws IllegalArgumentException such as {@code damping must be >= 0, got -1.0}
   */
  public static void check(Class<? extends Record> type, Object... values) {
    RecordComponent[] components = type.getRecordComponents();
    if (components.length != values.length) {
      throw new IllegalStateException(
          type.getSimpleName() + " has " + components.length + " components, but checks " + values.length);
    }
    for (int i = 0; i < values.length; i++) {
      Bounds.of(components[i]).check(Names.kebab(components[i].getName()), values[i]);
    }
  }

  /** The settings of a record in the order of its components. */
  public static List<SettingDescription> describe(Class<? extends Record> type) {
    Optional<Map<String, Object>> defaults = defaults(type).map(Settings::values);
    var descriptions = new ArrayList<SettingDescription>();
    for (RecordComponent component : type.getRecordComponents()) {
      Setting setting = component.getAnnotation(Setting.class);
      Object value = defaults.map(known -> known.get(Names.kebab(component.getName()))).orElse(null);
      descriptions.add(new SettingDescription(component.getName(), component.getGenericType(),
          setting == null ? "" : setting.help(), Bounds.of(component).text(), value));
    }
    return List.copyOf(descriptions);
  }

  /**
   * A record with these values and its defaults for the rest. Keys may be written with hyphens or in camel case; texts
   * are parsed, so that values may come from flags.
   *
   * @throws IllegalArgumentException naming the key: unknown (with the nearest known one), of the wrong type, out of
   *   bounds, given twice, or missing
   */
  public static <R extends Record> R build(Class<R> type, Map<String, ?> values) {
    Map<String, Object> given = normalize(type, values);
    Optional<R> defaults = defaults(type);
    RecordComponent[] components = type.getRecordComponents();
    Object[] arguments = new Object[components.length];
    for (int i = 0; i < components.length; i++) {
      RecordComponent component = components[i];
      String name = Names.kebab(component.getName());
      if (given.containsKey(name)) {
        arguments[i] = Conversion.read(name, component.getGenericType(), given.get(name));
      } else {
        arguments[i] = get(component, defaults.orElseThrow(() -> new IllegalArgumentException(
            "setting '" + name + "' of " + Names.of(type) + " is missing")));
      }
    }
    return construct(type, arguments);
  }

  /**
   * A copy of a record with some values replaced.
   *
   * @throws IllegalArgumentException as {@link #build}
   */
  public static <R extends Record> R with(R base, Map<String, ?> changes) {
    Map<String, Object> merged = new LinkedHashMap<>(values(base));
    @SuppressWarnings("unchecked")
    Class<R> type = (Class<R>) base.getClass();
    merged.putAll(normalize(type, changes));
    return build(type, merged);
  }

  /** The record's values by name in order, as numbers, booleans, texts, lists and maps: what JSON and YAML hold. */
  public static Map<String, Object> values(Record settings) {
    var values = new LinkedHashMap<String, Object>();
    for (RecordComponent component : settings.getClass().getRecordComponents()) {
      values.put(Names.kebab(component.getName()),
          Conversion.write(component.getGenericType(), get(component, settings)));
    }
    return values;
  }

  private static Map<String, Object> normalize(Class<? extends Record> type, Map<String, ?> values) {
    List<String> known = Arrays.stream(type.getRecordComponents())
        .map(component -> Names.kebab(component.getName())).toList();
    var given = new LinkedHashMap<String, Object>();
    values.forEach((key, value) -> {
      String name = Names.kebab(key);
      if (!known.contains(name)) {
        throw new IllegalArgumentException(unknown(type, key, known));
      }
      if (value == null) {
        throw new IllegalArgumentException("setting '" + name + "' of " + Names.of(type) + " has no value");
      }
      if (given.put(name, value) != null) {
        throw new IllegalArgumentException("setting '" + name + "' of " + Names.of(type) + " is given twice");
      }
    });
    return given;
  }

  private static String unknown(Class<?> type, String key, List<String> known) {
    return "unknown setting '" + key + "' of " + Names.of(type)
        + Nearest.to(key, known).map(nearest -> "; did you mean '" + nearest + "'?").orElse(
            known.isEmpty() ? "; it has no settings" : "; known: " + String.join(", ", known));
  }

  private static <R extends Record> Optional<R> defaults(Class<R> type) {
    boolean has = Arrays.stream(type.getDeclaredConstructors())
        .anyMatch(made -> made.getParameterCount() == 0);
    return has ? Optional.of(invoke(type, new Class<?>[0])) : Optional.empty();
  }

  private static <R extends Record> R construct(Class<R> type, @Nullable Object[] arguments) {
    return invoke(type,
        Arrays.stream(type.getRecordComponents()).map(RecordComponent::getType).toArray(Class<?>[]::new),
        arguments);
  }

  private static <R extends Record> R invoke(Class<R> type, Class<?>[] parameters,
      @Nullable Object... arguments) {
    try {
      Constructor<R> constructor = type.getDeclaredConstructor(parameters);
      constructor.setAccessible(true);
      return constructor.newInstance(arguments);
    } catch (InvocationTargetException thrown) {
      if (thrown.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw new IllegalStateException("cannot make a " + type.getName(), thrown.getCause());
    } catch (ReflectiveOperationException thrown) {
      throw new IllegalStateException("cannot make a " + type.getName(), thrown);
    }
  }

  private static Object get(RecordComponent component, Record of) {
    try {
      component.getAccessor().setAccessible(true);
      return component.getAccessor().invoke(of);
    } catch (ReflectiveOperationException thrown) {
      throw new IllegalStateException("cannot read " + component + " of " + of.getClass().getName(), thrown);
    }
  }
}
