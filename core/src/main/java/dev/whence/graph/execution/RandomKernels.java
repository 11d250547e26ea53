package dev.whence.graph.execution;

import dev.whence.graph.Node;
import dev.whence.torch.Operator;
import dev.whence.torch.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Operators that draw numbers: they are given a generator of their own, a function of (seed, step, node). */
final class RandomKernels {
  /** Draws without a generator argument → the in-place draw that fills a tensor of the same kind. */
  private static final Map<String, String> LIKE = Map.of("aten::rand_like", "aten::uniform_",
      "aten::randn_like",
      "aten::normal_");
  private static final Set<String> SIZED = Set.of("aten::rand", "aten::randn", "aten::randint",
      "aten::randperm");
  private static final Set<String> REFUSED = Set.of("aten::randint_like", "aten::_sample_dirichlet",
      "aten::_standard_gamma", "aten::rrelu_with_noise_functional", "aten::normal_functional");

  private RandomKernels() {
  }

  static boolean isRandom(Operator operator) {
    String name = operator.name();
    return operator.position("generator").isPresent() || LIKE.containsKey(name) || SIZED.contains(name)
        || REFUSED.contains(name);
  }

  static Kernel of(Node node, Operator operator) {
    if (operator.position("generator").isPresent()) {
      int position = operator.position("generator").get();
      return (frame, call, arguments) -> draw(operator, position, frame, call.node, arguments);
    }
    if (LIKE.containsKey(operator.name())) {
      Operator filled = Operator.of(LIKE.get(operator.name()));
      Operator empty = Operator.of("aten::empty_like");
      return (frame, call, arguments) -> like(filled, empty, frame, call.node, arguments);
    }
    String overload = operator.overload().isEmpty() ? "generator" : operator.overload() + "_generator";
    if (SIZED.contains(operator.name()) && Operator.exists(operator.name(), overload)) {
      return sized(operator, Operator.of(operator.name(), overload));
    }
    throw new UnsupportedModeException(node.describe()
        + " draws from the process-wide generator, which is not reproducible; give the numbers as an input");
  }

  private static List<? extends @Nullable Object> draw(Operator operator, int position, Frame frame,
      Node node,
      @Nullable Object[] arguments) {
    @Nullable
    Object[] own = arguments.clone();
    try (var generator = Draws.of(frame, node)) {
      own[position] = generator;
      return operator.call(own);
    }
  }

  private static List<? extends @Nullable Object> like(Operator filled, Operator empty, Frame frame,
      Node node,
      @Nullable Object[] arguments) {
    Tensor made = empty.apply(arguments);
    try (var generator = Draws.of(frame, node)) {
      return List.of(filled.apply(made, 0.0, 1.0, generator));
    }
  }

  private static Kernel sized(Operator plain, Operator seeded) {
    var positions = new ArrayList<Integer>();
    seeded.parameters().forEach(p -> positions.add(plain.position(p.name()).orElse(-1)));
    return (frame, call, arguments) -> {
      @Nullable
      Object[] own = new Object[positions.size()];
      try (var generator = Draws.of(frame, call.node)) {
        for (int i = 0; i < own.length; i++) {
          own[i] = positions.get(i) < 0 ? generator : arguments[positions.get(i)];
        }
        return seeded.call(own);
      }
    };
  }
}
