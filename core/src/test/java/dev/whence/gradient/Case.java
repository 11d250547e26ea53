package dev.whence.gradient;

import dev.whence.gradient.factor.FactoredGradient;
import dev.whence.gradient.factor.Layout;
import dev.whence.graph.Argument;
import dev.whence.graph.Node;
import dev.whence.torch.Autograd;
import dev.whence.torch.DType;
import dev.whence.torch.Generator;
import dev.whence.torch.Operator;
import dev.whence.torch.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One operator call in double precision with a parameter among its arguments, and a random gradient with respect to its output. */
final class Case {
  private final Map<String, @Nullable Object> arguments = new LinkedHashMap<>();
  private final String target;
  private final Generator generator;
  private Layout layout = Layout.FIRST;
  private int examples;

  Case(String target, Generator generator) {
    this.target = target;
    this.generator = generator;
  }

  /** A tensor argument of normal draws. */
  Case random(String name, long... shape) {
    return with(name, Tensor.randomNormal(generator, DType.FLOAT64, shape));
  }

  Case with(String name, @Nullable Object value) {
    arguments.put(name, value);
    return this;
  }

  Case examples(int count, Layout where) {
    examples = count;
    layout = where;
    return this;
  }

  Tensor tensor(String name) {
    return (Tensor) java.util.Objects.requireNonNull(arguments.get(name));
  }

  private @Nullable Object[] values() {
    return Operator.of(target).parameters().stream()
        .map(p -> arguments.containsKey(p.name()) ? arguments.get(p.name()) : Operator.DEFAULT).toArray();
  }

  private Tensor output() {
    return (Tensor) java.util.Objects.requireNonNull(Operator.of(target).call(values()).getFirst());
  }

  private Node node() {
    var literals = new LinkedHashMap<String, Argument>();
    arguments.forEach((name, value) -> literals.put(name, value instanceof Tensor
        ? new Argument.Reference(name)
        : new Argument.Literal(value)));
    return new Node(0, "node", target, "", literals, List.of("out"));
  }

  Use use(String argument, String parameter) {
    List<Long> shape = Arrays.stream(tensor(argument).shape()).boxed().toList();
    return new Use(new ParameterView(parameter, shape, ParameterView.Form.SAME), node(), argument);
  }

  /** A gradient with respect to the output, the same for all uses of this case. */
  Tensor delta() {
    try (var own = new Generator(99)) {
      return Tensor.randomNormal(own, DType.FLOAT64, output().shape());
    }
  }

  Pending pending(String argument) {
    Use use = use(argument, "p");
    Rule rule = Rules.of(node()).orElseThrow();
    if (rule.refusal(use).isPresent() || rule.refusal(use, layout, output().rank()).isPresent()) {
      throw new IllegalArgumentException("refused: " + rule.refusal(use));
    }
    return rule.capture(use, new Call(node(), Arrays.asList(values()), examples), layout);
  }

  FactoredGradient gradient(String argument) {
    return pending(argument).complete(delta());
  }

  /** One backward pass per example, {@code [b, …]}. */
  Tensor brute(String argument) {
    Tensor kept = tensor(argument);
    Tensor leaf = kept.leaf();
    arguments.put(argument, leaf);
    Tensor out = output();
    arguments.put(argument, kept);
    var rows = new ArrayList<Tensor>();
    for (int i = 0; i < examples; i++) {
      Tensor weight = only(i, delta());
      rows.add(Autograd.vectorJacobian(List.of(out), List.of(weight), List.of(leaf), Autograd.Options.KEEP)
          .getFirst().orElseThrow());
    }
    return Tensor.stack(rows, 0);
  }

  /** The gradient with all examples but one set to zero. */
  private Tensor only(int i, Tensor delta) {
    long n = delta.size(layout.axis());
    long steps = n / examples;
    double[] keep = new double[Math.toIntExact(n)];
    for (int at = 0; at < n; at++) {
      boolean own = layout.order() == Layout.Order.INNER ? at % examples == i : at / steps == i;
      keep[at] = own ? 1 : 0;
    }
    long[] shape = new long[delta.rank()];
    Arrays.fill(shape, 1);
    shape[layout.axis()] = n;
    return delta.multiply(Tensor.of(keep, n).reshape(shape));
  }
}
