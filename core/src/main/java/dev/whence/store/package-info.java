/**
 * Rows and masks on disk: checked, resumable, larger than memory. Knows ids, shapes and fingerprints only; what the
 * numbers mean does not belong here. The bytes are described in {@code docs/file-formats.md}.
 */
@NullMarked
package dev.whence.store;

import org.jspecify.annotations.NullMarked;
