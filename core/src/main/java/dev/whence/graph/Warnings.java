package dev.whence.graph;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;

/** What users were warned of: many runs are made of one graph, and none should warn again. Safe for any thread. */
public final class Warnings {
  private final Map<String, String> sentences = new ConcurrentSkipListMap<>();

  Warnings() {
  }

  /**
   * Adds a warning.
   *
   * @param what it is of, of which there may be many models and passes
   * @return whether nobody was warned of this yet
   */
  public boolean addIfFirst(String what, String sentence) {
    return sentences.putIfAbsent(what, sentence) == null;
  }

  /** All sentences so far, ordered by what they are of. */
  public List<String> sentences() {
    return List.copyOf(sentences.values());
  }
}
