package dev.whence.graph;

import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * Finds nodes by a pattern: a node's name ({@code linear_3}), an operator ({@code aten::conv2d}, with or without overload), or
 * a module path ({@code layer4.*.conv2}) in which {@code *} stands for one or more path parts. Repeated calls of a module
 * are told apart by {@code @1}, {@code @2}, …; a pattern without finds them all.
 */
public final class Selector {
  private static final Pattern REPEAT = Pattern.compile("@\\d+");

  private Selector() {
  }

  /**
   * The nodes in order; a name is tried before an operator, an operator before a module path.
   *
   * @throws IllegalArgumentException if nothing fits
   */
  public static List<Node> nodes(Graph graph, String pattern) {
    for (Predicate<Node> kind : List.<Predicate<Node>>of(node -> node.name().equals(pattern),
        node -> isOperator(node, pattern), inModule(pattern))) {
      List<Node> found = graph.nodes().stream().filter(kind).toList();
      if (!found.isEmpty()) {
        return found;
      }
    }
    throw new IllegalArgumentException("no node, operator or module of the model fits '" + pattern
        + "'; whence inspect lists the modules, "
        + graph.details().modules().keySet().stream().limit(8).toList()
        + " are the first");
  }

  private static boolean isOperator(Node node, String pattern) {
    return node.target().equals(pattern) || node.operator().equals(pattern);
  }

  private static Predicate<Node> inModule(String pattern) {
    var regex = new StringBuilder();
    for (String part : pattern.split("\\*", -1)) {
      regex.append(regex.isEmpty() ? "" : ".+").append(part.isEmpty() ? "" : Pattern.quote(part));
    }
    if (pattern.startsWith("*")) {
      regex.insert(0, ".+");
    }
    Pattern compiled = Pattern.compile(regex.toString());
    return node -> compiled.matcher(node.module()).matches()
        || compiled.matcher(REPEAT.matcher(node.module()).replaceAll("")).matches();
  }
}
