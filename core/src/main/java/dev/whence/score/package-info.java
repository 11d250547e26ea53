/**
 * Score matrices over targets and sources, on disk and in memory. Never sees a tensor or a model.
 */
@NullMarked
package dev.whence.score;

import org.jspecify.annotations.NullMarked;
