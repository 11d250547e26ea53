package dev.whence.gradient;

import dev.whence.gradient.factor.Layout;
import java.util.Optional;

/**
 * How the gradients with respect to a parameter follow from one operator's input and the gradient with respect to its output. One class per kind
 * of operator; {@link Rules} lists them.
 */
interface Rule {
  /** Why this use has no fast gradient, whatever the run; empty if it has. */
  Optional<String> refusal(Use use);

  /** Why not with the examples there in the output of that rank; empty if it has. */
  Optional<String> refusal(Use use, Layout layout, int outputRank);

  /** Takes from a call whatever the gradient needs. */
  Pending capture(Use use, Call call, Layout layout);
}
