package dev.whence.run;

import java.util.Arrays;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.TreeMap;
import java.util.stream.Stream;

/** The record implementations of an interface by name: those it permits if sealed, else those registered. */
final class Choices {
  private Choices() {
  }

  static Map<String, Class<?>> of(Class<?> type) {
    Stream<Class<?>> found = type.isSealed()
        ? Arrays.stream(type.getPermittedSubclasses())
        : ServiceLoader.load(type).stream().map(ServiceLoader.Provider::type);
    var byName = new TreeMap<String, Class<?>>();
    found.forEach(implementation -> {
      if (byName.put(Names.of(implementation), implementation) != null) {
        throw new IllegalStateException(
            "two implementations of " + type.getName() + " are named '" + Names.of(implementation) + "'");
      }
    });
    return byName;
  }
}
