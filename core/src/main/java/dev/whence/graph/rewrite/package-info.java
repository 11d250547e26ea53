/**
 * Other graphs, or other calls, for the same function: recurrent layers written out step by step, calls that write in place\n * as calls that do not. What is public here is so for {@code graph.execution} and {@code gradient}. Nothing runs here.
 */
@NullMarked
package dev.whence.graph.rewrite;

import org.jspecify.annotations.NullMarked;
