/**
 * The readers of data files: CSV, JSON lines, NPY, folders of images. Each finds records and says where in a file they stand; what\n * a field means in a data set is for {@code data}. {@link dev.whence.data.format.PlainValue} and {@code Records} are public for\n * readers outside and for studies.
 */
@NullMarked
package dev.whence.data.format;

import org.jspecify.annotations.NullMarked;
