package dev.whence.gradient;

import dev.whence.gradient.factor.Blocks;
import dev.whence.gradient.factor.Layout;
import dev.whence.graph.Argument;
import dev.whence.torch.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Parameters added to, multiplied with or expanded over what has examples: position tables, class tokens, gains, slopes of
 * the negative side.
 */
final class BroadcastRule implements Rule {
  @Override
  public Optional<String> refusal(Use use) {
    if (use.node().arguments().get("alpha") instanceof Argument.Literal(Number alpha)
        && alpha.doubleValue() != 1) {
      return Optional.of("is added with a factor");
    }
    if (use.node().operator().startsWith("aten::div") && use.argument().equals("self")) {
      return Optional.of("is divided");
    }
    if (tiles(use)) {
      return Optional.of("is repeated along an axis it fills");
    }
    return use.view().form() == ParameterView.Form.TRANSPOSED
        ? Optional.of("is transposed before an elementwise operator")
        : Optional.empty();
  }

  /** Whether {@code repeat} lays copies of more than one entry side by side. */
  private static boolean tiles(Use use) {
    if (!use.node().operator().equals("aten::repeat")) {
      return false;
    }
    List<Object> repeats = switch (use.node().arguments().get("repeats")) {
      case Argument.Sequence(List<Argument> items) -> List.copyOf(items);
      case Argument.Literal(List<?> numbers) -> numbers.stream().<Object>map(Argument.Literal::new).toList();
      case null, default -> List.of();
    };
    List<Long> shape = use.view().shape();
    int lead = repeats.size() - shape.size();
    for (int axis = 0; axis < shape.size(); axis++) {
      boolean once = lead >= 0 && repeats.get(lead + axis) instanceof Argument.Literal(Long times)
          && times == 1;
      if (shape.get(axis) != 1 && !once) {
        return true;
      }
    }
    return false;
  }

  @Override
  public Optional<String> refusal(Use use, Layout layout, int outputRank) {
    return Optional.empty();
  }

  @Override
  public Pending capture(Use use, Call call, Layout layout) {
    int b = call.examples();
    Tensor parameter = call.tensor(use.argument());
    String operator = call.node().operator().replace("_", "");
    String partner = use.argument().equals("self") ? "other" : "self";
    return switch (operator) {
      case "aten::mul" -> {
        Tensor factor = tensorOrNumber(call, partner);
        yield pending(use, List.of(factor), parameter, layout, b, delta -> delta.multiply(factor));
      }
      case "aten::div" -> {
        Tensor slope = tensorOrNumber(call, partner).divide(parameter).divide(parameter).negate();
        yield pending(use, List.of(slope), parameter, layout, b, delta -> delta.multiply(slope));
      }
      case "aten::prelu" -> {
        Tensor below = Tensor.call("aten::clamp", call.tensor("self"), null, 0.0);
        yield pending(use, List.of(below), channels(parameter, below), layout, b,
            delta -> delta.multiply(below));
      }
      case "aten::sub" -> pending(use, List.of(), parameter, layout, b,
          delta -> use.argument().equals("other") ? delta.negate() : delta);
      default -> pending(use, List.of(), parameter, layout, b, delta -> delta);
    };
  }

  /** One slope for all, or one per channel, shaped as it is broadcast. */
  private static Tensor channels(Tensor slopes, Tensor input) {
    long[] shape = new long[Math.max(1, input.rank() - 1)];
    java.util.Arrays.fill(shape, 1);
    shape[0] = slopes.elements();
    return slopes.reshape(shape);
  }

  private static Tensor tensorOrNumber(Call call, String name) {
    return call.value(name).orElseThrow() instanceof Number number
        ? Tensor.scalar(number.doubleValue(), dev.whence.torch.DType.FLOAT32)
        : call.tensor(name);
  }

  private static Pending pending(Use use, List<Tensor> kept, Tensor parameter, Layout layout, int b,
      java.util.function.UnaryOperator<Tensor> product) {
    long[] shape = parameter.shape();
    return new Pending.Whole(use.view(), kept,
        delta -> reduce(product.apply(Call.widened(delta)), shape, layout, b));
  }

  /** Sums a tensor of the output's shape to {@code [b, …shape]}, over the axes a broadcast repeated. */
  static Tensor reduce(Tensor products, long[] shape, Layout layout, int b) {
    int lead = products.rank() - shape.length;
    int own = layout.axis() - lead;
    if (own >= 0 && shape[own] != 1) {
      throw new IllegalStateException("a parameter of shape " + java.util.Arrays.toString(shape)
          + " has an entry for each example");
    }
    boolean merged = layout.order() != Layout.Order.ALONE;
    Tensor front = layout.toFront(products, b);
    int first = merged ? 2 : 1; // where the axes other than the examples' begin
    var repeated = new ArrayList<Integer>();
    if (merged) {
      repeated.add(1);
    }
    for (int axis = 0, at = first; axis < products.rank(); axis++) {
      if (axis == layout.axis()) {
        continue;
      }
      if (axis < lead || shape[axis - lead] == 1) {
        repeated.add(at);
      }
      at++;
    }
    Tensor sum = repeated.isEmpty()
        ? front
        : front.sum(repeated.stream().mapToInt(Integer::intValue).toArray());
    return sum.reshape(Blocks.shape(b, java.util.Arrays.stream(shape).boxed().toList()));
  }
}
