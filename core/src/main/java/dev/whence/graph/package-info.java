/**
 * Models as graphs of ATen operators: reading, running, observing and editing them. Losses and data do not belong here.
 */
@NullMarked
package dev.whence.graph;

import org.jspecify.annotations.NullMarked;
