package dev.whence.data;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Finds a file's columns by name, range or pattern. */
final class FieldNames {
  private static final Pattern RANGE = Pattern.compile("(.*?)(\\d{1,9})\\.\\.(.*?)(\\d{1,9})");
  private static final Pattern BETWEEN = Pattern.compile(".*[^.]\\.\\.[^./].*");
  private static final Pattern QUOTED = Pattern
      .compile("\\s*(['\"])(.+?)\\1\\s*(?:\\.\\.\\s*(['\"])(.+?)\\3\\s*)?");
  private static final int LONGEST = 1_000_000;

  private final Place file;
  private final Map<String, Integer> indices = new HashMap<>();
  private final List<String> names;
  private final String advice;

  FieldNames(Place file, List<String> names, String advice) {
    this.file = file;
    this.names = names;
    this.advice = advice;
    for (int i = 0; i < names.size(); i++) {
      indices.putIfAbsent(names.get(i), i);
    }
  }

  /** All columns meant, in the order they are asked for. @throws DataException naming one that is missing */
  List<Integer> find(List<String> wanted) throws DataException {
    var found = new ArrayList<Integer>();
    for (String name : wanted) {
      Matcher range = RANGE.matcher(name);
      Matcher quoted = QUOTED.matcher(name);
      if (indices.containsKey(name)) {
        found.add(one(name));
      } else if (quoted.matches()) {
        addQuoted(quoted, found);
      } else if (range.matches() && range.group(1).equals(range.group(3))) {
        addRange(range.group(1), range.group(2), range.group(4), found);
      } else if (BETWEEN.matcher(name).matches()) {
        addBetween(name, found);
      } else if (name.contains("*")) {
        addMatching(name, found);
      } else {
        found.add(one(name));
      }
    }
    return found;
  }

  /** A name in quotes, or a range between two: whatever dots, stars and blanks the names hold, they mean themselves. */
  private void addQuoted(Matcher quoted, List<Integer> found) throws DataException {
    int from = one(Objects.requireNonNull(quoted.group(2)));
    String last = quoted.group(4);
    addFromTo(from, last == null ? from : one(last), quoted.group(), found);
  }

  /** The column of that name. @throws DataException if it is missing */
  int one(String name) throws DataException {
    Integer index = indices.get(name);
    if (index == null) {
      throw new DataException(file.in(name), Keys.unknown("the file has no column", name, names) + advice);
    }
    return index;
  }

  private void addRange(String prefix, String first, String last, List<Integer> found) throws DataException {
    int from = Integer.parseInt(first);
    int to = Integer.parseInt(last);
    if (to < from || to - from >= LONGEST) {
      throw new DataException(file, "the range " + prefix + first + ".." + prefix + last
          + " must ascend and name at most " + LONGEST + " columns");
    }
    boolean padded = first.length() == last.length() && first.length() > 1;
    for (int i = from; i <= to; i++) {
      String number = Integer.toString(i);
      found.add(one(prefix + (padded ? "0".repeat(first.length() - number.length()) : "") + number));
    }
  }

  /** From one column to another, in the file's order. */
  private void addBetween(String name, List<Integer> found) throws DataException {
    int dots = name.indexOf("..");
    addFromTo(end(name.substring(0, dots)), end(name.substring(dots + 2)), name, found);
  }

  /** A name beside the dots: blanks around it may be part of it or not. */
  private int end(String name) throws DataException {
    return one(indices.containsKey(name) ? name : name.strip());
  }

  private void addFromTo(int from, int to, String name, List<Integer> found) throws DataException {
    if (to < from) {
      throw new DataException(file, "in the range '" + name
          + "' the second column stands before the first; turn it around");
    }
    for (int i = from; i <= to; i++) {
      found.add(i);
    }
  }

  private void addMatching(String glob, List<Integer> found) throws DataException {
    String[] parts = glob.split("\\*", -1);
    Pattern pattern = Pattern
        .compile(String.join(".*", List.of(parts).stream().map(Pattern::quote).toList()));
    int before = found.size();
    for (int i = 0; i < names.size(); i++) {
      if (pattern.matcher(names.get(i)).matches()) {
        found.add(i);
      }
    }
    if (found.size() == before) {
      throw new DataException(file, Keys.unknown("no column matches", glob, names));
    }
  }
}
