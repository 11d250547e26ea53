package dev.whence.gradient;

import dev.whence.graph.Node;

/**
 * A place where a parameter enters a graph.
 *
 * @param view the parameter as the node is given it
 * @param node the node that takes it
 * @param argument the argument it takes it for
 */
record Use(ParameterView view, Node node, String argument) {
  @Override
  public String toString() {
    return view.parameter() + " at node " + node.name() + " (" + node.target() + "), argument '" + argument
        + "'";
  }
}
