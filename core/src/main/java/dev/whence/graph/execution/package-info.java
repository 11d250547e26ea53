/**
 * Runs a graph: a plan of its calls, their kernels in each mode, taps and edits, and the memory a run will take. What a graph\n * is and how its file is read does not belong here; only {@link dev.whence.graph.execution.Execution} and what it is given or\n * throws is meant for others.
 */
@NullMarked
package dev.whence.graph.execution;

import org.jspecify.annotations.NullMarked;
