package dev.whence.gradient;

import dev.whence.data.Batch;
import dev.whence.gradient.factor.Blocks;
import dev.whence.gradient.factor.FactoredGradient;
import dev.whence.gradient.factor.SumGradient;
import dev.whence.gradient.factor.WholeGradient;
import dev.whence.graph.Graph;
import dev.whence.graph.ModelState;
import dev.whence.graph.execution.Execution;
import dev.whence.graph.rewrite.RecurrentSteps;
import dev.whence.task.Quantity;
import dev.whence.task.Task;
import dev.whence.torch.Autograd;
import dev.whence.torch.Scope;
import dev.whence.torch.Tensor;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.LongStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The gradients of one number per example with respect to every parameter of a model in evaluation mode, an example at a time and in
 * factored form: one forward and one backward pass for a whole batch. Parameters whose gradients cannot be told apart that
 * way take one pass per example; a warning names each, once a graph, with the reason.
 *
 * <p>How is settled once, when the object is made, by comparing with passes over single examples: make one object from
 * given examples and use it for all batches and checkpoints, so that no number depends on which batch came first. Safe for
 * several threads.
 */
public final class ExampleGradients {
  private static final Logger LOG = LoggerFactory.getLogger(ExampleGradients.class);

  /** Recurrent layers are written out; single examples run the graph as it is, so that both can be compared. */
  private final Model model;
  private final List<String> parameters;
  private final SlowPass slow;
  private final GradientPlan plan;
  private final FastPass fast;

  /** Gradients of a quantity of the task's model, such as its loss, settled on a state and a few examples. */
  public ExampleGradients(Task.Differentiable task, Quantity quantity, ModelState state, Batch sample) {
    this(task.graph(), task::inputs, quantity, state, sample);
  }

  /**
   * Gradients of a quantity of a model.
   *
   * @param graph the model; borrowed
   * @param inputs its inputs from a batch; each example must be the same alone as in a batch
   * @param quantity one number per example, of its outputs
   * @param state at which ways to differentiate are compared
   * @param sample the examples they are compared on: the first two, or one twice
   */
  public ExampleGradients(Graph graph, Function<Batch, Map<String, Tensor>> inputs, Quantity quantity,
      ModelState state, Batch sample) {
    this.model = new Model(RecurrentSteps.writtenOut(graph), inputs, quantity);
    this.slow = new SlowPass(new Model(graph, inputs, quantity));
    var used = Uses.of(graph).keySet();
    this.parameters = graph.state().parameters().keySet().stream().filter(used::contains).toList();
    this.plan = settled(state, sample);
    this.fast = new FastPass(model, plan);
  }

  /** The parameters that the model reads, in its order; all others have no gradient. */
  public List<String> parameters() {
    return parameters;
  }

  Model model() {
    return model;
  }

  SlowPass slow() {
    return slow;
  }

  /** Runs a fast pass by the plan and shows the model's outputs on the way; the caller closes the session. */
  ObservedPass pass(ModelState state, Batch batch, Collector collector,
      Consumer<Map<String, Tensor>> outputs) {
    if (plan.fast().isEmpty()) {
      forward(state, batch, outputs);
      return new ObservedPass(collector, batch.size());
    }
    return fast.run(state, batch, collector, outputs);
  }

  private void forward(ModelState state, Batch batch, Consumer<Map<String, Tensor>> outputs) {
    try (var _ = Scope.open(); var _ = Autograd.off()) {
      outputs.accept(Execution.of(model.graph()).run(state, model.inputs().apply(batch)).outputs());
    }
  }

  /**
   * The gradients of every example of the batch with respect to each of {@link #parameters}, in that order. They belong to the
   * caller's scope and hold the inputs and output gradients of all layers; for projections {@link Featurizer} holds far
   * less.
   */
  public List<FactoredGradient> of(ModelState state, Batch batch) {
    if (slow.needsTwo() && batch.size() == 1) {
      return of(state, batch.select(0, 0)).stream().map(twice -> twice.slice(0, 1)).toList();
    }
    var found = new HashMap<String, List<FactoredGradient>>();
    try (var session = pass(state, batch, keeping(found), _ -> {
    })) {
      found.replaceAll((_, uses) -> SumGradient.joined(uses));
      found.values().forEach(uses -> uses.forEach(use -> use.tensors().forEach(session::keep)));
    }
    slow(plan.slow().keySet(), state, batch).forEach((name, whole) -> found.put(name, List.of(whole)));
    return parameters.stream()
        .map(name -> found.containsKey(name) ? SumGradient.of(found.get(name)) : zero(name, batch.size()))
        .toList();
  }

  private static Collector keeping(Map<String, List<FactoredGradient>> found) {
    return (together, scope) -> {
      together.forEach(one -> one.pending().tensors().forEach(scope::adopt));
      return delta -> {
        for (Captured one : together) {
          FactoredGradient gradient = one.pending().complete(delta);
          gradient.tensors().forEach(scope::adopt);
          found.computeIfAbsent(gradient.parameter(), _ -> new ArrayList<>()).add(gradient);
        }
      };
    };
  }

  private Map<String, WholeGradient> slow(Collection<String> names, ModelState state, Batch batch) {
    var whole = new LinkedHashMap<String, WholeGradient>();
    if (names.isEmpty()) {
      return whole;
    }
    try (var scope = Scope.open()) {
      var rows = new LinkedHashMap<String, List<Tensor>>();
      for (int i = 0; i < batch.size(); i++) {
        slow.gradients(state, batch, i, names)
            .forEach((name, row) -> rows.computeIfAbsent(name, _ -> new ArrayList<>()).add(row));
      }
      rows.forEach((name, all) -> whole.put(name, new WholeGradient(name, scope.keep(Tensor.stack(all, 0)))));
    }
    return whole;
  }

  /** Zeros that take no memory. */
  private FactoredGradient zero(String name, int examples) {
    Tensor parameter = java.util.Objects.requireNonNull(model.graph().state().parameters().get(name));
    List<Long> shape = LongStream.of(parameter.shape()).boxed().toList();
    Tensor zero = Call.widened(Tensor.zeros(parameter.dtype()));
    return new WholeGradient(name, Tensor.call("aten::expand", zero, Blocks.shape(examples, shape)));
  }

  /** How each parameter is differentiated. */
  GradientPlan plan() {
    return plan;
  }

  private GradientPlan settled(ModelState state, Batch sample) {
    try (var _ = Scope.open()) {
      int other = sample.size() > 1 ? 1 : 0;
      Batch two = sample.select(0, other);
      Batch three = sample.select(0, other, 0);
      GradientPlan guess = GradientPlan.of(model.graph(), state,
          new Probe.Sized(2, model.inputs().apply(two)), new Probe.Sized(3, model.inputs().apply(three)));
      GradientPlan known = Verification.verified(guess, model, slow, state, two);
      warn(known.slow());
      return known;
    }
  }

  /** Parameters of one reason together, and a reason once a graph. */
  private void warn(Map<String, String> reasons) {
    var names = new LinkedHashMap<String, List<String>>();
    reasons.forEach((name, reason) -> names.computeIfAbsent(reason, _ -> new ArrayList<>()).add(name));
    names.forEach((reason, slow) -> {
      String sentence = (slow.size() == 1
          ? "parameter " + slow.getFirst() + " takes"
          : "parameters " + String.join(", ", slow) + " take")
          + " one backward pass per example, which is slower: " + reason;
      if (this.slow.graph().warnings().addIfFirst("slow " + sentence, sentence)) {
        LOG.warn(sentence);
      }
    });
  }

  /** Which parameters have fast gradients. */
  public List<GradientSupport> support() {
    return GradientSupport.of(model.graph(), plan);
  }
}
