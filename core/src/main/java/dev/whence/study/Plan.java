package dev.whence.study;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a command is about to do that takes long, told before it does.
 *
 * @param parts in the order in which they are done; empty if all is there
 * @param uncounted what is done beside that and is not counted, in words; empty for nothing
 * @param recipe models are trained by, and whose it is
 * @param workers threads that train at once
 * @param free bytes free where the folder lies
 */
public record Plan(List<Part> parts, List<String> uncounted, String recipe, int workers, long free) {
  /** Copies. */
  public Plan {
    parts = List.copyOf(parts);
    uncounted = List.copyOf(uncounted);
  }

  /**
   * Models of one kind.
   *
   * @param what they are for, such as {@code to attribute with}
   * @param models how many are missing
   * @param examples each is trained on
   * @param steps of each
   * @param seconds they take together, from some steps that were measured
   * @param bytes they leave in the folder
   */
  public record Part(String what, int models, long examples, long steps, double seconds, long bytes) {
  }

  /** Seconds of all parts. */
  public double seconds() {
    return parts.stream().mapToDouble(Part::seconds).sum();
  }

  /** Bytes of all parts. */
  public long bytes() {
    return parts.stream().mapToLong(Part::bytes).sum();
  }

  /** Models of all parts. */
  public int models() {
    return parts.stream().mapToInt(Part::models).sum();
  }

  /** As maps and numbers, for JSON. */
  public Map<String, Object> values() {
    var values = new LinkedHashMap<String, Object>();
    values.put("models", models());
    values.put("seconds", seconds());
    values.put("bytes", bytes());
    values.put("free-bytes", free);
    values.put("workers", workers);
    values.put("recipe", recipe);
    values.put("uncounted", uncounted);
    var each = new ArrayList<Map<String, Object>>();
    for (Part part : parts) {
      var entry = new LinkedHashMap<String, Object>();
      entry.put("what", part.what());
      entry.put("models", part.models());
      entry.put("examples", part.examples());
      entry.put("steps", part.steps());
      entry.put("seconds", part.seconds());
      entry.put("bytes", part.bytes());
      each.add(entry);
    }
    values.put("parts", each);
    return values;
  }
}
