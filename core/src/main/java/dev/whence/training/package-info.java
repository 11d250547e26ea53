/**
 * Training as a fold over batches that can be replayed, differentiated and resumed: recipes, optimizers, the trainer,
 * initial numbers, checkpoints, and many models side by side. Which examples matter does not belong here.
 */
@NullMarked
package dev.whence.training;

import org.jspecify.annotations.NullMarked;
