/**
 * Data sets, batches and the readers of data files: {@link dev.whence.data.DataSpec} says what to read,
 * {@link dev.whence.data.Datasets} reads it through the {@link dev.whence.data.DatasetFormat} that fits, and whatever is
 * wrong with a file is a {@link dev.whence.data.DataException}. What is asked of a model does not belong here.
 */
@NullMarked
package dev.whence.data;

import org.jspecify.annotations.NullMarked;
