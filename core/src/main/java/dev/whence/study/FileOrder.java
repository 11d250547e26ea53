package dev.whence.study;

import java.util.Comparator;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** The order of numbered files: by name, runs of digits by their value, so that {@code model-2} comes before {@code model-10}. */
final class FileOrder implements Comparator<String> {
  private static final Pattern PIECE = Pattern.compile("0*(\\d+)|\\D+");

  @Override
  public int compare(String one, String other) {
    List<MatchResult> left = PIECE.matcher(one).results().toList();
    List<MatchResult> right = PIECE.matcher(other).results().toList();
    for (int i = 0; i < Math.min(left.size(), right.size()); i++) {
      int order = compare(left.get(i), right.get(i));
      if (order != 0) {
        return order;
      }
    }
    int longer = Integer.compare(left.size(), right.size());
    return longer != 0 ? longer : one.compareTo(other);
  }

  private static int compare(MatchResult one, MatchResult other) {
    String left = one.group(1);
    String right = other.group(1);
    if (left == null || right == null) {
      return one.group().compareTo(other.group());
    }
    int digits = Integer.compare(left.length(), right.length());
    return digits != 0 ? digits : left.compareTo(right);
  }
}
