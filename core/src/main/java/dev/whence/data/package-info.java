/**
 * Data sets, batches and the readers of data files. What is asked of a model does not belong here.
 */
@NullMarked
package dev.whence.data;

import org.jspecify.annotations.NullMarked;
