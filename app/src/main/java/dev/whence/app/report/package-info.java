/**
 * Draws a {@link dev.whence.study.Report} as one HTML page that needs no network, no script and no other file. Everything that comes
 * from data is escaped. Nothing is computed here but positions in a drawing.
 */
@NullMarked
package dev.whence.app.report;

import org.jspecify.annotations.NullMarked;
