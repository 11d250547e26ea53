/**
 * The program's entry: from arguments to an exit code. Commands are in {@code command}, what a terminal shows in {@code terminal},
 * the page in {@code report}. No attribution, training or arithmetic on scores belongs here.
 */
@NullMarked
package dev.whence.app;

import org.jspecify.annotations.NullMarked;
