/**
 * How far scores may be trusted: against retrained models (LDS, leave-one-out) and against known faults in the data
 * (mislabel detection). Knows scores and stored outcomes; models, gradients and tensors do not belong here.
 */
@NullMarked
package dev.whence.evaluation;

import org.jspecify.annotations.NullMarked;
