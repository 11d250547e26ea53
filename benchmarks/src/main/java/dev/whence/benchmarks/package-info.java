/**
 * Timings of whole operations as ratios against a baseline measured in the same process. Nothing here is published or
 * used by anything else.
 */
@NullMarked
package dev.whence.benchmarks;

import org.jspecify.annotations.NullMarked;
