/**
 * One class a command: reads its arguments, calls {@code core}, prints the result. Results go to stdout, everything else to stderr.
 */
@NullMarked
package dev.whence.app.command;

import org.jspecify.annotations.NullMarked;
