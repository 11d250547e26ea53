package dev.whence.app.command;

import java.util.LinkedHashMap;
import java.util.Map;

/** Maps for JSON that keep their order. */
final class Ordered {
  private Ordered() {
  }

  /** A map of these names and values in turn. */
  static Map<String, Object> of(Object... pairs) {
    var map = new LinkedHashMap<String, Object>();
    for (int i = 0; i < pairs.length; i += 2) {
      map.put(String.valueOf(pairs[i]), pairs[i + 1]);
    }
    return map;
  }
}
