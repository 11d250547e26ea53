/**
 * What every step is given: seeds, progress, cancellation, settings, provenance and the registry of methods. Knows nothing of models, data or scores.
 */
@NullMarked
package dev.whence.run;

import org.jspecify.annotations.NullMarked;
