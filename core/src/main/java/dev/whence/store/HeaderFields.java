package dev.whence.store;

import dev.whence.run.CorruptStoreException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reads members of a head's JSON; what is missing or of another type makes the file corrupt. */
final class HeaderFields {
  private HeaderFields() {
  }

  static long number(Path file, Map<String, Object> values, String name, long min, long max)
      throws CorruptStoreException {
    if (values.get(name) instanceof Number number && number.longValue() >= min && number.longValue() <= max) {
      return number.longValue();
    }
    throw wrong(file, name);
  }

  static String text(Path file, Map<String, Object> values, String name) throws CorruptStoreException {
    if (values.get(name) instanceof String text) {
      return text;
    }
    throw wrong(file, name);
  }

  static List<String> texts(Path file, Map<String, Object> values, String name) throws CorruptStoreException {
    if (values.get(name) instanceof List<?> list && list.stream().allMatch(String.class::isInstance)
        && !list.isEmpty()) {
      return list.stream().map(String.class::cast).toList();
    }
    throw wrong(file, name);
  }

  static Map<String, String> digests(Path file, Map<String, Object> values) throws CorruptStoreException {
    if (!(values.get("fingerprints") instanceof Map<?, ?> map)) {
      throw wrong(file, "fingerprints");
    }
    var digests = new LinkedHashMap<String, String>();
    map.forEach((name, digest) -> digests.put(String.valueOf(name), String.valueOf(digest)));
    return digests;
  }

  private static CorruptStoreException wrong(Path file, String name) {
    return new CorruptStoreException(file, "its header has no valid '" + name + "'");
  }
}
