package dev.whence.run;

import java.util.Locale;

/** One spelling for names that Java writes in camel case and users with hyphens. */
final class Names {
  private Names() {
  }

  /** {@code projectionDimension}, {@code projection_dimension} and {@code ProjectionDimension} to {@code projection-dimension}. */
  static String kebab(String name) {
    return lower(name.replaceAll("(?<=[a-z0-9])(?=[A-Z])", "-").replace('_', '-'));
  }

  static String lower(String text) {
    return text.toLowerCase(Locale.ROOT);
  }

  /** The name of a class: its {@link Named}, else its simple name with hyphens. */
  static String of(Class<?> type) {
    Named named = type.getAnnotation(Named.class);
    return named != null ? named.value() : kebab(type.getSimpleName());
  }
}
