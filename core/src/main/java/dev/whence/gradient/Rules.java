package dev.whence.gradient;

import dev.whence.graph.Node;
import java.util.Map;
import java.util.Optional;

/** The operators whose parameters have fast per-example gradients. */
final class Rules {
  private static final Rule LINEAR = new LinearRule();
  private static final Rule CONVOLUTION = new ConvolutionRule();
  private static final Rule TRANSPOSED = new TransposedRule();
  private static final Rule NORM = new NormRule();
  private static final Rule BROADCAST = new BroadcastRule();

  private static final Map<String, Rule> BY_OPERATOR = Map.ofEntries(
      Map.entry("aten::linear", LINEAR), Map.entry("aten::addmm", LINEAR), Map.entry("aten::mm", LINEAR),
      Map.entry("aten::matmul", LINEAR),
      Map.entry("aten::conv1d", CONVOLUTION), Map.entry("aten::conv2d", CONVOLUTION),
      Map.entry("aten::conv3d", CONVOLUTION), Map.entry("aten::conv_transpose1d", TRANSPOSED),
      Map.entry("aten::conv_transpose2d", TRANSPOSED), Map.entry("aten::conv_transpose3d", TRANSPOSED),
      Map.entry("aten::embedding_bag", new EmbeddingBagRule()),
      Map.entry("aten::embedding", new EmbeddingRule()),
      Map.entry("aten::layer_norm", NORM), Map.entry("aten::native_layer_norm", NORM),
      Map.entry("aten::rms_norm", NORM), Map.entry("aten::batch_norm", NORM),
      Map.entry("aten::_native_batch_norm_legit_no_training", NORM), Map.entry("aten::group_norm", NORM),
      Map.entry("aten::native_group_norm", NORM), Map.entry("aten::instance_norm", NORM),
      Map.entry("aten::add", BROADCAST), Map.entry("aten::add_", BROADCAST),
      Map.entry("aten::sub", BROADCAST), Map.entry("aten::mul", BROADCAST),
      Map.entry("aten::mul_", BROADCAST), Map.entry("aten::div", BROADCAST),
      Map.entry("aten::expand", BROADCAST), Map.entry("aten::repeat", BROADCAST),
      Map.entry("aten::prelu", BROADCAST));

  private Rules() {
  }

  /** The rule of the node's operator, or empty. */
  static Optional<Rule> of(Node node) {
    return Optional.ofNullable(BY_OPERATOR.get(node.operator()));
  }
}
