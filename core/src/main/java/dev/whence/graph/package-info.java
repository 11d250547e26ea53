/**
 * Models as graphs of ATen operators, and the numbers they hold. Running them is for {@code graph.execution}; losses and data do
 * not belong here.
 */
@NullMarked
package dev.whence.graph;

import org.jspecify.annotations.NullMarked;
