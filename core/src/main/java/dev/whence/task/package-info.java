/**
 * What is explained: a model, the loss it was trained on and the measurement to attribute.
 */
@NullMarked
package dev.whence.task;

import org.jspecify.annotations.NullMarked;
