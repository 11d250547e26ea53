/**
 * Numbers in plain arrays: ranks, correlations, quantiles, top-k. What needs products of large matrices belongs in torch.
 */
@NullMarked
package dev.whence.algebra;

import org.jspecify.annotations.NullMarked;
