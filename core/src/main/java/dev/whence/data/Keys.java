package dev.whence.data;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A map from a run file, read key by key with messages that name the key. */
public final class Keys {
  private static final int LISTED = 20;
  private static final int BRIEF = 80;
  private static final Pattern PLAIN = Pattern.compile("[^\\s,;:'\"{}\\[\\]()]+");

  private final String where;
  private final Map<String, ?> values;

  Keys(String where, Map<String, ?> values, Set<String> known) {
    this.where = where;
    this.values = values;
    for (Object key : values.keySet()) {
      if (!known.contains(String.valueOf(key))) {
        throw new IllegalArgumentException(unknown(where + ": unknown key", String.valueOf(key), known));
      }
    }
  }

  /** Says that a name is unknown, which one is nearest, and all that are known. */
  public static String unknown(String what, String name, Collection<String> known) {
    String nearest = known.stream().min(Comparator.comparingInt(candidate -> distance(name, candidate)))
        .filter(candidate -> distance(name, candidate) < Math.clamp(name.length(), 1, 3 + name.length() / 4))
        .orElse("");
    String more = known.size() > LISTED ? " … (" + known.size() + " in all)" : "";
    return what + " '" + name + "'" + (nearest.isEmpty() ? "" : "; did you mean '" + nearest + "'?")
        + "; known: "
        + String.join(", ", known.stream().sorted().limit(LISTED).map(Keys::quoted).toList()) + more;
  }

  /** The name, in quotes where blanks or marks would leave open where it ends. */
  static String quoted(String name) {
    return PLAIN.matcher(name).matches() ? name : "'" + brief(name) + "'";
  }

  /** The first part of a long text. */
  public static String brief(String text) {
    return text.length() > BRIEF ? text.substring(0, BRIEF) + "…" : text;
  }

  boolean has(String key) {
    return values.get(key) != null;
  }

  @Nullable
  Object get(String key) {
    return values.get(key);
  }

  String text(String key, String otherwise) {
    Object value = values.get(key);
    if (value == null) {
      return otherwise;
    }
    if (value instanceof Map || value instanceof Collection) {
      throw wrong(key, "a text", value);
    }
    return value.toString();
  }

  boolean flag(String key, boolean otherwise) {
    Object value = values.get(key);
    if (value == null) {
      return otherwise;
    }
    if (value instanceof Boolean flag) {
      return flag;
    }
    throw wrong(key, "true or false", value);
  }

  long whole(String key, long otherwise) {
    Object value = values.get(key);
    return value == null ? otherwise : whole(key, value);
  }

  List<Long> wholes(String key) {
    var result = new ArrayList<Long>();
    for (Object entry : entries(key)) {
      result.add(whole(key, entry));
    }
    return result;
  }

  /** Numbers, or fractions such as {@code 1/255}. */
  List<Double> numbers(String key, List<Double> otherwise) {
    if (!has(key)) {
      return otherwise;
    }
    var result = new ArrayList<Double>();
    for (Object entry : entries(key)) {
      result.add(number(key, entry));
    }
    return result;
  }

  List<String> texts(String key) {
    var result = new ArrayList<String>();
    for (Object entry : entries(key)) {
      if (entry instanceof Map || entry instanceof Collection) {
        throw wrong(key, "a text or a list of texts", entry);
      }
      result.add(entry.toString());
    }
    return result;
  }

  Keys section(String key, Set<String> known) {
    return new Keys(where + "." + key, map(where + "." + key, values.get(key)), known);
  }

  static Map<String, ?> map(String where, @Nullable Object value) {
    if (!(value instanceof Map<?, ?> map)) {
      throw new IllegalArgumentException(where + " must be a section of keys, got " + value);
    }
    var named = new java.util.LinkedHashMap<String, @Nullable Object>();
    map.forEach((key, entry) -> named.put(String.valueOf(key), entry));
    return named;
  }

  IllegalArgumentException wrong(String key, String wanted, Object value) {
    return new IllegalArgumentException(where + "." + key + " must be " + wanted + ", got '" + value + "'");
  }

  private List<?> entries(String key) {
    Object value = values.get(key);
    if (value instanceof List<?> list) {
      if (list.stream().anyMatch(entry -> entry == null)) {
        throw wrong(key, "free of empty entries", value);
      }
      return list;
    }
    return value == null ? List.of() : List.of(value);
  }

  private long whole(String key, Object value) {
    if (value instanceof Integer || value instanceof Long) {
      return ((Number) value).longValue();
    }
    throw wrong(key, "a whole number", value);
  }

  private double number(String key, Object value) {
    if (value instanceof Number number) {
      return number.doubleValue();
    }
    String[] parts = value.toString().split("/", -1);
    try {
      return parts.length == 2
          ? Double.parseDouble(parts[0]) / Double.parseDouble(parts[1])
          : Double.parseDouble(value.toString());
    } catch (NumberFormatException e) {
      IllegalArgumentException wrong = wrong(key, "a number, such as 0.5 or 1/255", value);
      wrong.initCause(e);
      throw wrong;
    }
  }

  /** Levenshtein's distance. */
  private static int distance(String a, String b) {
    int[] row = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int substituted = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(substituted, Math.min(row[j], row[j - 1]) + 1);
      }
    }
    return row[b.length()];
  }
}
