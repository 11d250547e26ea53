package dev.whence.graph.execution;

import dev.whence.graph.Node;
import dev.whence.torch.Operator;
import dev.whence.torch.Tensor;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Checks what libtorch takes on trust: its recurrent operators read states and weights at places computed from the numbers of
 * layers and directions, without looking whether they are there.
 */
final class RecurrentCheck {
  private static final Set<String> LAYERS = Set.of("aten::lstm", "aten::gru", "aten::rnn_tanh",
      "aten::rnn_relu");

  private RecurrentCheck() {
  }

  static boolean concerns(Operator operator) {
    return LAYERS.contains(operator.name()) || operator.name().equals("aten::lstm_cell");
  }

  /** The kernel behind the check. */
  static Kernel guard(Operator operator, Kernel kernel) {
    return (frame, call, arguments) -> {
      check(operator, call.node, arguments);
      return kernel.run(frame, call, arguments);
    };
  }

  private static void check(Operator operator, Node node, @Nullable Object[] arguments) {
    boolean pair = operator.name().startsWith("aten::lstm");
    Object states = value(operator, arguments, "hx");
    if (pair && (!(states instanceof List<?> list) || list.size() != 2)) {
      throw refused(node, "takes two states");
    }
    if (operator.name().equals("aten::lstm_cell")) {
      return;
    }
    long layers = whole(value(operator, arguments, "num_layers"));
    long directions = Boolean.TRUE.equals(value(operator, arguments, "bidirectional")) ? 2 : 1;
    long cells = layers < 1 || layers > 1 << 16 ? -1 : layers * directions;
    List<?> weights = value(operator, arguments, "params") instanceof List<?> list ? list : List.of();
    long each = Boolean.TRUE.equals(value(operator, arguments, "has_biases")) ? 4 : 2;
    boolean projected = pair && weights.size() == cells * (each + 1);
    if (cells < 0 || (weights.size() != cells * each && !projected)) {
      throw refused(node, "has " + weights.size() + " weights for " + layers + " layers");
    }
    for (Object state : states instanceof List<?> list ? list : List.of(states == null ? "none" : states)) {
      if (!(state instanceof Tensor tensor) || tensor.rank() != 3 || tensor.size(0) != cells) {
        throw refused(node, "has the state " + state + " for " + cells + " layers and directions");
      }
    }
    input(operator, node, arguments);
  }

  private static void input(Operator operator, Node node, @Nullable Object[] arguments) {
    boolean packed = operator.position("batch_sizes").isPresent();
    Object input = arguments[0];
    if (!(input instanceof Tensor tensor) || tensor.rank() != (packed ? 2 : 3) || tensor.elements() == 0) {
      throw refused(node, "has the input " + input);
    }
  }

  private static @Nullable Object value(Operator operator, @Nullable Object[] arguments, String name) {
    return operator.position(name).map(at -> at < arguments.length ? arguments[at] : null).orElse(null);
  }

  private static long whole(@Nullable Object value) {
    return value instanceof Number number ? number.longValue() : -1;
  }

  private static IllegalArgumentException refused(Node node, String what) {
    return new IllegalArgumentException(node.describe() + " " + what + "; the model file contradicts itself");
  }
}
