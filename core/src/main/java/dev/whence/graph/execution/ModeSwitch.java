package dev.whence.graph.execution;

import dev.whence.graph.Argument;
import dev.whence.graph.ExportRecord;
import dev.whence.graph.Graph;
import dev.whence.graph.Node;
import dev.whence.torch.Operator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives every call the kernel of a mode. A graph keeps the mode as an argument of dropout, batch norm, attention and recurrent
 * layers: evaluation clears it, training sets it. Where a graph was exported in training mode, a flag that is off there
 * stays off: that layer was frozen.
 */
final class ModeSwitch {
  private static final Logger LOG = LoggerFactory.getLogger(ModeSwitch.class);
  private static final Set<String> DROPOUT = Set.of("aten::dropout", "aten::feature_dropout",
      "aten::alpha_dropout", "aten::feature_alpha_dropout", "aten::native_dropout");
  private static final Set<String> UPDATING_NORM = Set.of("aten::batch_norm", "aten::instance_norm",
      "aten::native_batch_norm");
  private static final Set<String> DECLARED_NORM = Set.of("aten::_native_batch_norm_legit",
      "aten::_native_batch_norm_legit_functional");
  private static final Set<String> FIXED_EVALUATION = Set.of("aten::_native_batch_norm_legit_no_training",
      "aten::_batch_norm_no_update", "aten::_transformer_encoder_layer_fwd",
      "aten::_native_multi_head_attention");
  private static final Set<String> FIXED_TRAINING = Set.of("aten::_batch_norm_with_update",
      "aten::_batch_norm_with_update_functional", "aten::_fused_dropout");
  private static final Set<String> RECURRENT = Set.of("aten::lstm", "aten::gru", "aten::rnn_tanh",
      "aten::rnn_relu");
  private static final Set<String> FLAGS = Set.of("training", "train", "use_input_stats");

  private static final Pattern DROPPING = Pattern.compile("(?i)drop|stochastic");

  private final Graph graph;
  private final boolean training;
  private final boolean exportedInTraining;

  ModeSwitch(Graph graph, boolean training) {
    this.graph = graph;
    this.training = training;
    this.exportedInTraining = graph.notes().filter(ExportRecord::isOfTraining).isPresent()
        || graph.nodes().stream().anyMatch(ModeSwitch::isOn);
    if (training) {
      warnOfAttention();
    }
    requireSwitchableNorms();
  }

  private static boolean isOn(Node node) {
    for (String flag : FLAGS) {
      // without running statistics the flag of a norm is on in every mode
      boolean on = node.arguments().get(flag) instanceof Argument.Literal literal
          && Boolean.TRUE.equals(literal.value());
      boolean always = node.target().contains("norm")
          && !(node.arguments().get("running_mean") instanceof Argument.Reference);
      if (on && !always) {
        return true;
      }
    }
    return node.arguments().get("dropout_p") instanceof Argument.Literal literal
        && literal.value() instanceof Double p && p > 0;
  }

  private void warnOfAttention() {
    if (exportedInTraining) {
      return;
    }
    List<String> attention = graph.nodes().stream()
        .filter(node -> node.target().startsWith("aten::scaled_dot_product_attention")).map(Node::name)
        .toList();
    if (!attention.isEmpty()) {
      warn("attention",
          "the model was exported in evaluation mode, which drops the dropout inside attention (%d nodes, first %s):"
              .formatted(attention.size(), attention.getFirst())
              + " training goes without it; export with tools/export.py to keep it");
    }
  }

  private void warn(String what, String sentence) {
    if (graph.warnings().addIfFirst(what, sentence)) {
      LOG.warn(sentence);
    }
  }

  /** Norm layers whose statistics were taken apart into plain arithmetic cannot be switched. */
  private void requireSwitchableNorms() {
    Set<String> switchable = new HashSet<>();
    Set<String> calling = new HashSet<>();
    for (Node node : graph.nodes()) {
      calling.add(node.module());
      if (isNorm(node.target())) {
        switchable.add(node.module());
      }
    }
    for (Map.Entry<String, String> module : graph.details().modules().entrySet()) {
      String path = module.getKey();
      boolean norm = module.getValue().contains(".batchnorm.") && calling.contains(path);
      boolean updated = graph.details().mutations().containsKey(path + ".running_mean");
      if (norm && (training || updated) && !switchable.contains(path)) {
        throw new UnsupportedModeException("batch norm '" + path
            + "' was taken apart into plain arithmetic, so its mode cannot be switched; export without run_decompositions(),"
            + " as tools/export.py does");
      }
    }
  }

  private static boolean isNorm(String target) {
    return target.contains("batch_norm") || target.contains("instance_norm");
  }

  /** The kernel; may set flags in the template. */
  Kernel kernel(Node node, Operator operator, @Nullable Object[] template) {
    String name = operator.name();
    if (training ? FIXED_EVALUATION.contains(name) && !exportedInTraining : FIXED_TRAINING.contains(name)) {
      throw new UnsupportedModeException(
          node.describe() + " exists in one mode only; export without run_decompositions(),"
              + " in training mode, as tools/export.py does");
    }
    Optional<Integer> flag = operator.position(flagOf(operator));
    boolean on = flag.isPresent() && setFlag(template, flag.get(), operator);
    if (on) {
      return training(node, operator, template);
    }
    if (operator.position("dropout_p").isPresent()) {
      return attention(node, operator, template);
    }
    if (RandomKernels.isRandom(operator) && flag.isEmpty()) {
      return random(node, operator);
    }
    return (_, _, arguments) -> operator.call(arguments);
  }

  private static String flagOf(Operator operator) {
    return operator.parameters().stream().map(Operator.Parameter::name).filter(FLAGS::contains).findFirst()
        .orElse("");
  }

  /** Sets the flag as the mode wants it; whether it is on. */
  private boolean setFlag(@Nullable Object[] template, int position, Operator operator) {
    boolean exported = Boolean.TRUE.equals(template[position]);
    boolean withoutStatistics = operator.position("running_mean")
        .map(at -> !(template[at] instanceof Frame.Slot))
        .orElse(isNorm(operator.name()));
    boolean on = withoutStatistics ? exported : training && (exported || !exportedInTraining);
    template[position] = on;
    return on;
  }

  private Kernel training(Node node, Operator operator, @Nullable Object[] template) {
    String name = operator.name();
    if (DROPOUT.contains(name)) {
      return DropoutKernel.of(operator);
    }
    if (name.endsWith("_") && DROPOUT.contains(name.substring(0, name.length() - 1))) {
      return DropoutKernel.inPlace(Operator.of(name.substring(0, name.length() - 1)));
    }
    if (UPDATING_NORM.contains(name)) {
      return new NormKernel(operator);
    }
    if (DECLARED_NORM.contains(name)) {
      return (_, _, arguments) -> operator.call(arguments);
    }
    if (RECURRENT.contains(name)) {
      return recurrent(node, operator, template);
    }
    if (RandomKernels.isRandom(operator)) {
      return RandomKernels.of(node, operator);
    }
    throw new UnsupportedModeException(
        node.describe()
            + " cannot be trained: what it draws is no function of (seed, step, node); replace it in the model");
  }

  private static Kernel recurrent(Node node, Operator operator, @Nullable Object[] template) {
    int dropout = operator.position("dropout").orElseThrow();
    int layers = operator.position("num_layers").orElseThrow();
    boolean draws = template[dropout] instanceof Number p && p.doubleValue() > 0
        && template[layers] instanceof Number count && count.longValue() > 1;
    if (draws) {
      throw new UnsupportedModeException(node.describe() + " has dropout " + template[dropout]
          + " between its layers, whose draws cannot be made a function of (seed, step, node);"
          + " stack single layers with nn.Dropout between them, or set its dropout to 0");
    }
    return (_, _, arguments) -> operator.call(arguments);
  }

  private Kernel attention(Node node, Operator operator, @Nullable Object[] template) {
    int position = operator.position("dropout_p").orElseThrow();
    boolean draws = template[position] instanceof Number p && p.doubleValue() > 0;
    if (!draws || !training) {
      template[position] = 0.0;
      return (_, _, arguments) -> operator.call(arguments);
    }
    if (!operator.name().equals("aten::scaled_dot_product_attention")) {
      throw new UnsupportedModeException(
          node.describe() + " has dropout inside; use torch.nn.functional.scaled_dot_product_attention");
    }
    return new AttentionKernel();
  }

  /**
   * Draws that no flag switches: in a graph exported in training mode, or in a module that drops, they belong to training alone
   * (stochastic depth, a dropout taken apart).
   */
  private Kernel random(Node node, Operator operator) {
    String type = graph.details().modules().getOrDefault(node.module(), "");
    boolean drops = DROPPING.matcher(type).find();
    if (drops || (exportedInTraining && !training)) {
      throw new UnsupportedModeException(node.describe() + " draws numbers in training"
          + (drops ? " by " + type : "")
          + " and has no flag that switches it off; set its probability to 0 (as in drop_path_rate=0), use nn.Dropout, or give"
          + " the numbers as an input, and export without run_decompositions()");
    }
    if (!training) {
      warn("draws " + node.name(), node.describe()
          + " draws numbers also in evaluation: they are the same in every run, where PyTorch's differ");
    }
    return RandomKernels.of(node, operator);
  }
}
