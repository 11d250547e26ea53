/**
 * Tensors, operator calls, derivatives and scopes over libtorch.
 *
 * <p>What belongs here: whatever must name a class of org.bytedeco, and nothing that knows of
 * models, data or attribution. No other module imports org.bytedeco.
 */
@NullMarked
package dev.whence.torch;

import org.jspecify.annotations.NullMarked;
