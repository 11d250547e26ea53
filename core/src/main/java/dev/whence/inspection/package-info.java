/**
 * What {@code whence inspect} tells of a model: its parts, which gradients are fast, and whether it computes what was recorded\n * beside PyTorch. Needs no study.
 */
@NullMarked
package dev.whence.inspection;

import org.jspecify.annotations.NullMarked;
