package dev.whence.graph.execution;

import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What is observed and replaced in one run, by node index. Immutable.
 *
 * @param taps observers
 * @param edits replacements of outputs
 */
record Hooks(Map<Integer, Tap> taps, Map<Integer, Edit> edits) {
  static final Hooks NONE = new Hooks(Map.of(), Map.of());

  Hooks {
    taps = Map.copyOf(taps);
    edits = Map.copyOf(edits);
  }

  @Nullable
  Tap tap(int node) {
    return taps.isEmpty() ? null : taps.get(node);
  }

  @Nullable
  Edit edit(int node) {
    return edits.isEmpty() ? null : edits.get(node);
  }

  /** Nodes whose tensors a tap holds to the end of a run, in order. */
  Stream<Integer> holding() {
    return taps.keySet().stream().filter(node -> Objects.requireNonNull(taps.get(node)).keepsTensors())
        .sorted();
  }
}
