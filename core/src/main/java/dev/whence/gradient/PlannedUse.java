package dev.whence.gradient;

import dev.whence.gradient.factor.Layout;
import dev.whence.graph.Node;
import dev.whence.torch.Tensor;
import java.util.List;

/**
 * A use with a fast gradient.
 *
 * @param use the use
 * @param rule its operator's rule
 * @param source the node by whose output the gradient is taken: the use's own, or, where its output holds no examples
 *     yet, the addition that brings them in
 * @param layout where the examples lie in the source's output
 * @param shape of the use's own output, where the source is another node; else empty
 */
record PlannedUse(Use use, Rule rule, Node source, Layout layout, List<Long> shape) {
  /** Copies. */
  PlannedUse {
    shape = List.copyOf(shape);
  }

  private boolean isDeferred() {
    return source.index() != use.node().index();
  }

  /** Takes what it needs from the call. */
  Pending capture(Call call) {
    return isDeferred()
        ? rule.capture(use, call.repeated("indices"), Layout.FIRST)
        : rule.capture(use, call, layout);
  }

  /** From the gradient with respect to the source's output to that with respect to the use's own, an example at a time. */
  Tensor own(Tensor delta, int examples) {
    long[] extents = shape.stream().mapToLong(Long::longValue).toArray();
    return isDeferred() ? BroadcastRule.reduce(Call.widened(delta), extents, layout, examples) : delta;
  }

  /** The same with merged examples in the other order. */
  PlannedUse reordered() {
    return new PlannedUse(use, rule, source, layout.reordered(), shape);
  }
}
