/**
 * What the kinds of attribution share: what examples look like inside a model. Each kind has a room of its own, and none knows
 * another.
 */
@NullMarked
package dev.whence.attribution;

import org.jspecify.annotations.NullMarked;
