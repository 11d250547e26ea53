/**
 * Gradients of one number an example by the parameters, kept as factors, and what methods need of them: products,
 * norms, random projections. Graphs are observed here, never trained; scores do not belong here.
 */
@NullMarked
package dev.whence.gradient;

import org.jspecify.annotations.NullMarked;
