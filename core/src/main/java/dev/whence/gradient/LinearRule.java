package dev.whence.gradient;

import dev.whence.gradient.ParameterView.Form;
import dev.whence.gradient.factor.DenseFactor;
import dev.whence.gradient.factor.Layout;
import dev.whence.graph.Argument;
import dev.whence.graph.Node;
import dev.whence.torch.Tensor;
import java.util.List;
import java.util.Optional;

/** Linear maps of the last axis: {@code linear}, and products with a parameter from the right. */
final class LinearRule implements Rule {
  @Override
  public Optional<String> refusal(Use use) {
    if (scaled(use.node(), "alpha") || scaled(use.node(), "beta")) {
      return Optional.of("has factors alpha or beta");
    }
    if (isBias(use)) {
      return Optional.empty();
    }
    if (!use.argument().equals(weight(use.node()))) {
      return Optional.of("multiplies from the left");
    }
    return use.view().shape().size() == 2 || use.view().form() == Form.RESHAPED
        ? Optional.empty()
        : Optional.of("is no matrix there");
  }

  private static boolean scaled(Node node, String argument) {
    return node.arguments().get(argument) instanceof Argument.Literal(Number value)
        && value.doubleValue() != 1;
  }

  private static String operator(Node node) {
    return node.operator();
  }

  private static boolean isBias(Use use) {
    boolean addmm = operator(use.node()).equals("aten::addmm");
    return use.argument().equals(addmm ? "self" : "bias");
  }

  private static String weight(Node node) {
    return switch (operator(node)) {
      case "aten::linear" -> "weight";
      case "aten::matmul" -> "other";
      default -> "mat2";
    };
  }

  private static String input(Node node) {
    return switch (operator(node)) {
      case "aten::linear" -> "input";
      case "aten::addmm" -> "mat1";
      default -> "self";
    };
  }

  @Override
  public Optional<String> refusal(Use use, Layout layout, int outputRank) {
    return layout.axis() == outputRank - 1
        ? Optional.of("has the examples on its last axis")
        : Optional.empty();
  }

  @Override
  public Pending capture(Use use, Call call, Layout layout) {
    int b = call.examples();
    if (isBias(use)) {
      return new Pending.Steps(use.view(), layout, b);
    }
    Tensor weight = call.tensor(weight(call.node()));
    if (use.view().form() == Form.RESHAPED && !keepsRows(use, weight)) {
      throw new IllegalStateException(use + ": a reshaped weight must keep its first axis");
    }
    boolean inputFirst = !operator(call.node()).equals("aten::linear");
    boolean inputIsLeft = inputFirst != (use.view().form() == Form.TRANSPOSED);
    return new Pending.Outer(use.view(), new DenseFactor(layout.vectors(call.tensor(input(call.node())), b)),
        inputIsLeft, delta -> new DenseFactor(layout.vectors(Call.widened(delta), b)), List.of());
  }

  private static boolean keepsRows(Use use, Tensor weight) {
    return weight.rank() == 2 && weight.size(0) == use.view().shape().getFirst();
  }
}
