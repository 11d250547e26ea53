package dev.whence.score;

import java.util.List;

/**
 * What the rows or columns of a score matrix stand for.
 *
 * @param kind what an entry is
 * @param ids the name a user knows each entry by, in order
 */
public record Axis(Kind kind, List<String> ids) {
  /** Copies the ids. */
  public Axis {
    ids = List.copyOf(ids);
  }

  /** Number of entries. */
  public int size() {
    return ids.size();
  }

  /** The four kinds of source, and the target. */
  public enum Kind {
    /** An output to explain. */
    TARGET,
    /** An example the model was trained on. */
    TRAINING_EXAMPLE,
    /** A span of the model's input. */
    CONTEXT_SPAN,
    /** A filter, head, neuron or other part of the model. */
    COMPONENT,
    /** An input or learned feature. */
    FEATURE
  }
}
