/**
 * Random projections of gradients to few columns, each a function of (seed, parameter). Two-sided and flat projections are\n * public for {@code gradient} alone; methods need {@link dev.whence.gradient.projection.ProjectionSpec}.
 */
@NullMarked
package dev.whence.gradient.projection;

import org.jspecify.annotations.NullMarked;
