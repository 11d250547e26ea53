package dev.whence.run;

import java.lang.invoke.MethodType;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Between the values of JSON, YAML and flags and the types of record components. */
final class Conversion {
  /** How an absent optional setting is written: what is left to Whence. */
  private static final String AUTO = "auto";

  private Conversion() {
  }

  static Object read(String name, Type type, @Nullable Object value) {
    if (value == null) {
      throw new IllegalArgumentException(name + " has no value");
    }
    if (type instanceof ParameterizedType generic) {
      if (generic.getRawType() == Optional.class) {
        return value.equals(AUTO)
            ? Optional.empty()
            : Optional.of(read(name, argument(generic, 0), value));
      }
      return generic.getRawType() == List.class
          ? readList(name, generic, value)
          : readMap(name, generic, value);
    }
    Class<?> raw = unboxed(type);
    if (raw == boolean.class) {
      return readBoolean(name, value);
    }
    if (raw == String.class) {
      return readText(name, value);
    }
    if (raw.isPrimitive()) {
      return readNumber(name, raw, value);
    }
    if (raw.isEnum()) {
      return readEnum(name, raw, value);
    }
    return raw.isRecord()
        ? Settings.build(raw.asSubclass(Record.class), asMap(name, value))
        : readChoice(name, raw, value);
  }

  static Object write(Type type, Object value) {
    return switch (value) {
      case Enum<?> constant -> Names.kebab(constant.name());
      case Optional<?> optional when optional.isEmpty() -> AUTO;
      case Optional<?> optional -> write(argument(type, 0), optional.get());
      case List<?> list -> list.stream().map(item -> write(argument(type, 0), item)).toList();
      case Map<?, ?> map -> {
        var written = new LinkedHashMap<String, Object>();
        map.forEach((key, item) -> written.put((String) key, write(argument(type, 1), item)));
        yield written;
      }
      case Record settings when type instanceof Class<?> raw && !raw.isRecord() -> {
        Map<String, Object> values = Settings.values(settings);
        yield values.isEmpty()
            ? Names.of(settings.getClass())
            : Map.of(Names.of(settings.getClass()), values);
      }
      case Record settings -> Settings.values(settings);
      default -> value;
    };
  }

  static String describe(Type type) {
    if (type instanceof ParameterizedType generic) {
      if (generic.getRawType() == Optional.class) {
        return AUTO + " or " + describe(argument(type, 0));
      }
      boolean list = generic.getRawType() == List.class;
      return (list ? "list of " : "map to ") + describe(argument(type, list ? 0 : 1));
    }
    Class<?> raw = unboxed(type);
    if (raw.isEnum()) {
      return constants(raw).collect(Collectors.joining("|"));
    }
    if (raw == String.class) {
      return "text";
    }
    if (raw.isPrimitive()) {
      return raw == boolean.class ? "true|false" : isWhole(raw) ? "integer" : "number";
    }
    return raw.isRecord() ? Names.of(raw) : String.join("|", Choices.of(raw).keySet());
  }

  private static List<Object> readList(String name, ParameterizedType type, Object value) {
    List<?> items = value instanceof List<?> list
        ? list
        : value instanceof String text ? Arrays.asList(text.split("\\s*,\\s*", -1)) : List.of(value);
    return items.stream().map(item -> read(name, argument(type, 0), item)).toList();
  }

  private static Map<String, Object> readMap(String name, ParameterizedType type, Object value) {
    if (type.getRawType() != Map.class) {
      throw new IllegalStateException("settings of type " + type + " are not supported");
    }
    var read = new LinkedHashMap<String, Object>();
    asMap(name, value).forEach((key, item) -> read.put(key, read(name + "." + key, argument(type, 1), item)));
    return Collections.unmodifiableMap(read);
  }

  private static Object readBoolean(String name, Object value) {
    return switch (value) {
      case Boolean given -> given;
      case String text when text.equals("true") || text.equals("false") -> Boolean.valueOf(text);
      default -> throw wrong(name, "true or false", value);
    };
  }

  private static Object readText(String name, Object value) {
    if (value instanceof String || value instanceof Number || value instanceof Boolean) {
      return value.toString();
    }
    throw wrong(name, "a text", value);
  }

  private static Object readNumber(String name, Class<?> type, Object value) {
    String expected = isWhole(type) ? "a whole number" : "a number";
    if (!(value instanceof Number) && !(value instanceof String)) {
      throw wrong(name, expected, value);
    }
    try {
      String text = value.toString().trim();
      if (type == int.class) {
        return new BigDecimal(text).intValueExact();
      }
      if (type == long.class) {
        return new BigDecimal(text).longValueExact();
      }
      return type == float.class ? (Object) Float.valueOf(text) : Double.valueOf(text);
    } catch (ArithmeticException | NumberFormatException thrown) {
      IllegalArgumentException error = wrong(name, expected, value);
      error.initCause(thrown);
      throw error;
    }
  }

  private static Object readEnum(String name, Class<?> type, Object value) {
    if (type.isInstance(value)) {
      return value;
    }
    for (Object constant : type.getEnumConstants()) {
      if (Names.kebab(((Enum<?>) constant).name()).equals(Names.kebab(value.toString()))) {
        return constant;
      }
    }
    throw wrong(name, "one of " + constants(type).collect(Collectors.joining(", ")), value);
  }

  private static Object readChoice(String name, Class<?> type, Object value) {
    Map<String, Class<?>> known = Choices.of(type);
    String chosen;
    Map<String, ?> settings = Map.of();
    if (value instanceof String text) {
      chosen = text;
    } else {
      Map<String, ?> map = asMap(name, value);
      if (map.size() != 1) {
        throw wrong(name, "one of " + String.join(", ", known.keySet()) + " over its settings", value);
      }
      chosen = map.keySet().iterator().next();
      Object inner = map.get(chosen);
      settings = inner == null ? Map.of() : asMap(name + "." + chosen, inner);
    }
    Class<?> found = known.get(chosen);
    if (found == null) {
      throw new IllegalArgumentException(
          "unknown " + name + " '" + chosen + "'; known: " + String.join(", ", known.keySet()));
    }
    return Settings.build(found.asSubclass(Record.class), settings);
  }

  @SuppressWarnings("unchecked")
  private static Map<String, ?> asMap(String name, Object value) {
    if (value instanceof Map<?, ?> map && map.keySet().stream().allMatch(String.class::isInstance)) {
      return (Map<String, ?>) map;
    }
    throw wrong(name, "a map of settings", value);
  }

  private static Class<?> unboxed(Type type) {
    return MethodType.methodType((Class<?>) type).unwrap().returnType();
  }

  private static boolean isWhole(Class<?> primitive) {
    return primitive == int.class || primitive == long.class;
  }

  private static Stream<String> constants(Class<?> type) {
    return Arrays.stream(type.getEnumConstants()).map(constant -> Names.kebab(((Enum<?>) constant).name()));
  }

  private static Type argument(Type type, int index) {
    return ((ParameterizedType) type).getActualTypeArguments()[index];
  }

  private static IllegalArgumentException wrong(String name, String expected, Object value) {
    return new IllegalArgumentException(name + " must be " + expected + ", got '" + value + "'");
  }
}
