package dev.whence.training.initial;

import dev.whence.graph.Argument;
import dev.whence.graph.Graph;
import dev.whence.graph.Node;
import dev.whence.torch.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What {@code torch.nn}'s modules draw their parameters from when nothing else is said, told from the operators that use
 * the parameters. A parameter whose uses disagree, or whose operator is no module's own, has no default.
 */
final class DefaultDistributions {
  private static final Set<String> NORMS = Set.of("aten::batch_norm", "aten::layer_norm", "aten::group_norm",
      "aten::instance_norm", "aten::rms_norm");
  private static final Set<String> CONVOLUTIONS = Set.of("aten::conv1d", "aten::conv2d", "aten::conv3d",
      "aten::conv_transpose1d", "aten::conv_transpose2d", "aten::conv_transpose3d", "aten::convolution");
  private static final Set<String> RECURRENT = Set.of("aten::lstm", "aten::gru", "aten::rnn_tanh",
      "aten::rnn_relu");

  private final Graph graph;
  private final Map<String, List<Node>> uses = new HashMap<>();

  DefaultDistributions(Graph graph) {
    this.graph = graph;
    for (Node node : graph.nodes()) {
      for (String value : new LinkedHashSet<>(node.reads())) {
        graph.parameter(value)
            .ifPresent(name -> uses.computeIfAbsent(name, _ -> new ArrayList<>()).add(node));
      }
    }
  }

  /** The default and its zero rows, or empty. */
  Optional<InitialNumbers> of(String parameter) {
    Optional<InitialNumbers> attention = attention(parameter);
    if (attention.isPresent()) {
      return attention;
    }
    Set<Optional<InitialNumbers>> found = new LinkedHashSet<>();
    uses.getOrDefault(parameter, List.of()).forEach(node -> found.add(of(parameter, node)));
    return found.size() == 1 ? found.iterator().next() : Optional.empty();
  }

  /** nn.MultiheadAttention draws its packed projection by Glorot's rule and starts its biases at 0. */
  private Optional<InitialNumbers> attention(String parameter) {
    int dot = parameter.lastIndexOf('.');
    String parent = parameter.substring(0, dot + 1);
    String name = parameter.substring(dot + 1);
    String packed = parent.endsWith("out_proj.") ? parent.substring(0, parent.length() - 9) : parent;
    Tensor projection = graph.state().parameters().get(packed + "in_proj_weight");
    if (projection == null) {
      return Optional.empty();
    }
    return switch (name) {
      case "in_proj_weight" ->
        uniform(Math.sqrt(6.0 / ((double) projection.size(0) + projection.size(1))));
      case "in_proj_bias" -> constant(0);
      case "bias" -> packed.equals(parent) ? Optional.empty() : constant(0);
      default -> Optional.empty();
    };
  }

  private Optional<InitialNumbers> of(String parameter, Node node) {
    String operator = node.target().replaceFirst("\\..*", "");
    boolean weight = isArgument(node, "weight", parameter);
    boolean bias = isArgument(node, "bias", parameter);
    if (NORMS.contains(operator)) {
      return weight ? constant(1) : bias ? constant(0) : Optional.empty();
    }
    if (RECURRENT.contains(operator)) {
      return hidden(node).flatMap(size -> uniform(1 / Math.sqrt(size)));
    }
    if (CONVOLUTIONS.contains(operator) || operator.equals("aten::linear")) {
      return weight || bias ? fanIn(node).flatMap(fan -> uniform(1 / Math.sqrt(fan))) : Optional.empty();
    }
    return switch (operator) {
      case "aten::embedding", "aten::embedding_bag" -> weight ? embedding(node) : Optional.empty();
      case "aten::prelu" -> weight ? constant(.25) : Optional.empty();
      case "aten::bilinear" -> shape(node.arguments().get("weight"))
          .flatMap(shape -> uniform(1 / Math.sqrt((double) shape[1])));
      default -> Optional.empty();
    };
  }

  private boolean isArgument(Node node, String argument, String parameter) {
    return node.arguments().get(argument) instanceof Argument.Reference reference
        && graph.parameter(reference.name()).filter(parameter::equals).isPresent();
  }

  private Optional<Long> fanIn(Node node) {
    return shape(node.arguments().get("weight"))
        .map(shape -> Arrays.stream(shape).skip(1).reduce(1, Math::multiplyExact)).filter(fan -> fan > 0);
  }

  private Optional<Long> hidden(Node node) {
    return node.arguments().get("params") instanceof Argument.Sequence params && params.items().size() > 1
        ? shape(params.items().get(1)).map(shape -> shape[shape.length - 1])
        : Optional.empty();
  }

  private Optional<long[]> shape(@org.jspecify.annotations.Nullable Argument argument) {
    return argument instanceof Argument.Reference reference
        ? graph.parameter(reference.name()).map(name -> graph.state().parameters().get(name))
            .map(Tensor::shape)
        : Optional.empty();
  }

  private static Optional<InitialNumbers> embedding(Node node) {
    List<Long> zero = node.arguments().get("padding_idx") instanceof Argument.Literal literal
        && literal.value() instanceof Long index && index >= 0 ? List.of(index) : List.of();
    return Optional.of(new InitialNumbers(new Distribution.Normal(0, 1), zero, InitialNumbers.DEFAULT));
  }

  private static Optional<InitialNumbers> uniform(double bound) {
    return Optional
        .of(new InitialNumbers(Distribution.Uniform.within(bound), List.of(), InitialNumbers.DEFAULT));
  }

  private static Optional<InitialNumbers> constant(double value) {
    return Optional
        .of(new InitialNumbers(new Distribution.Constant(value), List.of(), InitialNumbers.DEFAULT));
  }
}
