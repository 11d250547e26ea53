package dev.whence.data;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads what becomes of a column's values: the keys {@code encode}, {@code impute}, {@code standardize} and theirs. */
final class PartParser {
  /** The keys of a mapping. */
  static final Set<String> KEYS = Set.of("encode", "categories", "unknown", "impute", "fill", "indicator",
      "missing",
      "standardize");

  private PartParser() {
  }

  /** The parts, or none where all columns are taken as they are. */
  static List<Part> parts(String where, @Nullable Object from, List<String> usual, Keys keys) {
    Mapping outer = mapping(where, keys);
    List<?> entries = from == null ? usual : from instanceof List<?> list ? list : List.of(from);
    boolean sections = entries.stream().anyMatch(Map.class::isInstance);
    if (!sections && outer.equals(Mapping.NONE)) {
      return List.of();
    }
    var parts = new ArrayList<Part>();
    var plain = new ArrayList<String>();
    for (Object entry : entries) {
      if (entry instanceof Map<?, ?>) {
        addPlain(plain, outer, parts);
        parts.add(section(where, entry));
      } else {
        plain.add(String.valueOf(entry));
      }
    }
    addPlain(plain, outer, parts);
    return parts;
  }

  private static void addPlain(List<String> plain, Mapping mapping, List<Part> parts) {
    if (!plain.isEmpty()) {
      parts.add(new Part(plain, mapping));
      plain.clear();
    }
  }

  private static Part section(String where, Object entry) {
    var known = new java.util.HashSet<>(KEYS);
    known.add("from");
    Keys keys = new Keys(where, Keys.map(where, entry), known);
    if (!keys.has("from")) {
      throw new IllegalArgumentException(
          where + ": a section among the columns needs from, the columns it is about");
    }
    return new Part(keys.texts("from"), mapping(where, keys));
  }

  private static Mapping mapping(String where, Keys keys) {
    Mapping none = Mapping.NONE;
    boolean moments = keys.get("standardize") instanceof Map;
    Keys scaling = moments ? keys.section("standardize", Set.of("mean", "std")) : keys;
    try {
      return new Mapping(
          choice(where, keys, "encode", none.encoding(), Mapping.Encoding.values()), categories(keys),
          unknown(where, keys), choice(where, keys, "impute", none.imputation(), Mapping.Imputation.values()),
          keys.texts("fill"), keys.flag("indicator", false),
          keys.has("missing") ? keys.texts("missing") : none.missing(),
          moments || keys.flag("standardize", false),
          moments ? scaling.numbers("mean", List.of(0.)) : List.of(),
          moments ? scaling.numbers("std", List.of(1.)) : List.of());
    } catch (IllegalArgumentException e) {
      String message = String.valueOf(e.getMessage());
      throw message.startsWith("data.") ? e : new IllegalArgumentException(where + ": " + message, e);
    }
  }

  private static boolean unknown(String where, Keys keys) {
    String text = keys.text("unknown", "error");
    if (!Set.of("error", "zeros").contains(text)) {
      throw new IllegalArgumentException(where + ".unknown must be error or zeros, got '" + text + "'");
    }
    return text.equals("zeros");
  }

  /** One list for a single column, or a list of lists. */
  private static List<List<String>> categories(Keys keys) {
    if (keys.get("categories") instanceof List<?> list
        && list.stream().anyMatch(Collection.class::isInstance)) {
      var lists = new ArrayList<List<String>>();
      for (Object each : list) {
        lists.add(
            each instanceof Collection<?> some ? some.stream().map(String::valueOf).toList() : List.of());
      }
      return lists;
    }
    List<String> one = keys.texts("categories");
    return one.isEmpty() ? List.of() : List.of(one);
  }

  private static <E extends Enum<E>> E choice(String where, Keys keys, String key, E usual, E[] known) {
    String text = keys.text(key, name(usual));
    for (E each : known) {
      if (name(each).equals(text)) {
        return each;
      }
    }
    throw new IllegalArgumentException(Keys.unknown(where + "." + key + ": unknown kind", text,
        java.util.Arrays.stream(known).map(PartParser::name).toList()));
  }

  private static String name(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
