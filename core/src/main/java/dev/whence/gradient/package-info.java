/**
 * Gradients of one number an example by the parameters, as factors ({@code gradient.factor}) and projected ({@code
 * gradient.projection}). Graphs are observed here, never trained; scores do not belong here.
 */
@NullMarked
package dev.whence.gradient;

import org.jspecify.annotations.NullMarked;
