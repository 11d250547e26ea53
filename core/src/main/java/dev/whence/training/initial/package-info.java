/**
 * The numbers a training begins with: what distribution each parameter and buffer is drawn from, and whether a file's own numbers\n * were trained or drawn. No training happens here.
 */
@NullMarked
package dev.whence.training.initial;

import org.jspecify.annotations.NullMarked;
