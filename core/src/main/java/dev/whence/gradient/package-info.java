/**
 * Gradients of one number per example with respect to the parameters, as factors ({@code gradient.factor}) and projected ({@code
 * gradient.projection}). Graphs are observed here, never trained; scores do not belong here.
 */
@NullMarked
package dev.whence.gradient;

import org.jspecify.annotations.NullMarked;
