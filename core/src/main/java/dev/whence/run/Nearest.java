package dev.whence.run;

import java.util.Collection;
import java.util.Optional;

/** Finds what a mistyped name was meant to be. */
public final class Nearest {
  private Nearest() {
  }

  /**
   * The known name fewest edits away (insertions, deletions, replacements, swaps of neighbours; case is ignored), the
   * first of equals; empty if even that differs in more than a third of its letters and in more than two.
   */
  public static Optional<String> to(String name, Collection<String> known) {
    String best = null;
    int fewest = Integer.MAX_VALUE;
    for (String candidate : known) {
      int edits = distance(Names.lower(name), Names.lower(candidate));
      if (edits < fewest) {
        best = candidate;
        fewest = edits;
      }
    }
    return best != null && fewest <= Math.max(2, best.length() / 3) ? Optional.of(best) : Optional.empty();
  }

  /** Optimal string alignment distance. */
  static int distance(String a, String b) {
    int[][] edits = new int[a.length() + 1][b.length() + 1];
    for (int i = 0; i <= a.length(); i++) {
      for (int j = 0; j <= b.length(); j++) {
        edits[i][j] = i == 0 ? j : j == 0 ? i : step(edits, a, b, i, j);
      }
    }
    return edits[a.length()][b.length()];
  }

  private static int step(int[][] edits, String a, String b, int i, int j) {
    boolean same = a.charAt(i - 1) == b.charAt(j - 1);
    int least = Math.min(Math.min(edits[i - 1][j], edits[i][j - 1]) + 1,
        edits[i - 1][j - 1] + (same ? 0 : 1));
    boolean swapped = i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2)
        && a.charAt(i - 2) == b.charAt(j - 1);
    return swapped ? Math.min(least, edits[i - 2][j - 2] + 1) : least;
  }
}
