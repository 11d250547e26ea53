/**
 * Reads the archives of torch.export ({@code .pt2}), which are never trusted: own zip checks, no unpickling, every
 * number bounded. Running the graphs does not belong here.
 */
@NullMarked
package dev.whence.graph.pt2;

import org.jspecify.annotations.NullMarked;
