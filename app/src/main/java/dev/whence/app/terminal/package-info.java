/**
 * What a terminal shows and how it is left: streams, progress, tables, JSON, exit codes. Knows no command.
 */
@NullMarked
package dev.whence.app.terminal;

import org.jspecify.annotations.NullMarked;
