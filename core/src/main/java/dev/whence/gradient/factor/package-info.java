/**
 * Per-example gradients as factors, and the algebra on them: products, norms, sums, projections. What is public here beside\n * {@link dev.whence.gradient.factor.FactoredGradient} is so for {@code gradient}, whose rules make the factors. No graph is run here.
 */
@NullMarked
package dev.whence.gradient.factor;

import org.jspecify.annotations.NullMarked;
