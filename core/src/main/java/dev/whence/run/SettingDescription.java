package dev.whence.run;

import java.lang.reflect.Type;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What is known of one setting: for help texts, flags, documentation and schemas. */
public final class SettingDescription {
  private final String component;
  private final Type type;
  private final String help;
  private final String bounds;
  private final @Nullable Object defaultValue;

  SettingDescription(String component, Type type, String help, String bounds, @Nullable Object defaultValue) {
    this.component = component;
    this.type = type;
    this.help = help;
    this.bounds = bounds;
    this.defaultValue = defaultValue;
  }

  /** The key in run files and, after two hyphens, the flag: {@code projection-dimension}. */
  public String name() {
    return Names.kebab(component);
  }

  /** The record component: {@code projectionDimension}. */
  public String component() {
    return component;
  }

  /** The component's Java type. */
  public Type type() {
    return type;
  }

  /** The type in a user's words: {@code integer}, {@code number}, {@code a|b|c} for choices, {@code list of integer} … */
  public String typeName() {
    return Conversion.describe(type);
  }

  /** What it does; empty for components without {@link Setting}. */
  public String help() {
    return help;
  }

  /** The bounds as text, such as {@code >= 0} or {@code in [0, 1)}; empty for none. */
  public String bounds() {
    return bounds;
  }

  /** The default as {@link Settings#values} writes it; empty if the setting must be given. */
  public Optional<Object> defaultValue() {
    return Optional.ofNullable(defaultValue);
  }

  /** The settings of the component's own type if that is a record, else an empty list. */
  public List<SettingDescription> nested() {
    return type instanceof Class<?> raw && raw.isRecord()
        ? Settings.describe(raw.asSubclass(Record.class))
        : List.of();
  }

  @Override
  public String toString() {
    return name() + ": " + typeName() + (bounds.isEmpty() ? "" : " " + bounds);
  }
}
