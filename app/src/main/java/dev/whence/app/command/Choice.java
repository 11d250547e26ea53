package dev.whence.app.command;

import dev.whence.run.Nearest;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/** Finds what a user names among what there is. */
final class Choice {
  private Choice() {
  }

  /** The method named, or the first. @throws IllegalArgumentException naming the known ones */
  static String method(Optional<String> named, Collection<String> known) {
    if (named.isPresent() && !known.contains(named.get())) {
      throw unknown("method", named.get(), known, "known: " + String.join(", ", known));
    }
    return named.orElseGet(() -> known.iterator().next());
  }

  /** @throws IllegalStateException with the command that makes the scores, if they are not there yet */
  static void kept(String method, Collection<String> there) {
    if (!there.contains(method)) {
      throw new IllegalStateException("there are no scores of '" + method
          + "' yet, and nothing is computed unasked; run first: whence attribute RUN.yaml (scores are there of: "
          + String.join(", ", there) + ")");
    }
  }

  /** Positions of the targets named, or of the first few. @throws IllegalArgumentException naming the nearest known id */
  static List<Integer> targets(List<String> named, List<String> ids, int few) {
    if (named.isEmpty()) {
      return IntStream.range(0, Math.min(few, ids.size())).boxed().toList();
    }
    return named.stream().map(id -> {
      int at = ids.indexOf(id);
      if (at < 0) {
        throw unknown("target", id, ids, "there are " + ids.size() + ", such as '" + ids.getFirst() + "'");
      }
      return at;
    }).toList();
  }

  private static IllegalArgumentException unknown(String kind, String name, Collection<String> known,
      String hint) {
    return new IllegalArgumentException("unknown " + kind + " '" + name + "'; "
        + Nearest.to(name, known).map(near -> "did you mean '" + near + "'?").orElse(hint));
  }
}
