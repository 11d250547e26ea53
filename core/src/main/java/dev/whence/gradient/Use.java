package dev.whence.gradient;

import dev.whence.graph.Node;
import org.jspecify.annotations.Nullable;

/**
 * A place where a parameter enters a graph.
 *
 * @param view the parameter as the node is given it
 * @param node the node that takes it
 * @param argument the argument it takes it for
 * @param derivation how what the node is given follows from the parameter, where it is no mere view of it; the view then
 *     has that value's shape
 */
record Use(ParameterView view, Node node, String argument, @Nullable Derivation derivation) {
  /** A use of the parameter itself. */
  Use(ParameterView view, Node node, String argument) {
    this(view, node, argument, null);
  }

  @Override
  public String toString() {
    return view.parameter() + " at node " + node.name() + " (" + node.target() + "), argument '" + argument
        + "'";
  }
}
