package dev.whence.gradient;

import dev.whence.data.Batch;
import dev.whence.graph.Edit;
import dev.whence.graph.Execution;
import dev.whence.graph.ModelState;
import dev.whence.graph.Node;
import dev.whence.graph.Tap;
import dev.whence.torch.Autograd;
import dev.whence.torch.Scope;
import dev.whence.torch.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One forward and one backward pass over a batch that hand every planned use what it needs. Parameters require no
 * gradient, so no weight gradient is computed; the first outputs that have examples become leaves, so that there is
 * something to differentiate by. Belongs to one thread.
 */
final class FastPass implements AutoCloseable {
  /** Decides what becomes of a use: given what is known after the forward pass, what to do with the rest. */
  interface Collector {
    /** Called in the forward pass; what the receiver needs of the pending gradient must be kept in the scope. */
    Consumer<Tensor> capture(PlannedUse use, Pending pending, Scope scope);
  }

  private final Model model;
  private final Collector collector;
  private final Scope scope = Scope.open();
  private final List<Tensor> leaves = new ArrayList<>();
  private final List<Autograd.Connection> connections = new ArrayList<>();
  private final Map<Integer, List<PlannedUse>> byNode = new LinkedHashMap<>();
  private final Map<Integer, List<Consumer<Tensor>>> receivers = new LinkedHashMap<>();
  private int examples;
  private @Nullable RuntimeException failure;

  FastPass(Model model, GradientPlan plan, Collector collector) {
    this.model = model;
    this.collector = collector;
    plan.fast().values().forEach(uses -> uses.forEach(use -> {
      byNode.computeIfAbsent(use.use().node().index(), _ -> new ArrayList<>()).add(use);
      receivers.computeIfAbsent(use.source().index(), _ -> new ArrayList<>());
    }));
  }

  /** Runs both passes. */
  void run(ModelState state, Batch batch) {
    examples = batch.size();
    try (var _ = Autograd.on()) {
      Tensor total = forward(state, batch);
      if (total.requiresGrad() && !leaves.isEmpty()) {
        Autograd.vectorJacobian(List.of(total), List.of(), leaves, Autograd.Options.ONCE);
      }
    }
    if (failure != null) {
      throw failure;
    }
  }

  private Tensor forward(ModelState state, Batch batch) {
    try (var run = Scope.open()) {
      var result = execution().run(constant(state), model.inputs().apply(batch));
      return run.keep(model.quantity().perExample(result.outputs(), batch).sum());
    }
  }

  /** The state with parameters that require no gradient, whatever the caller's do. */
  private static ModelState constant(ModelState state) {
    var parameters = new LinkedHashMap<String, Tensor>();
    state.parameters().forEach((name, tensor) -> parameters.put(name, tensor.detach()));
    return new ModelState(parameters, state.buffers());
  }

  private Execution execution() {
    var taps = new LinkedHashMap<Integer, Tap>();
    var edits = new LinkedHashMap<Integer, Edit>();
    byNode.keySet().forEach(index -> taps.put(index, new UseTap()));
    receivers.keySet().forEach(index -> {
      taps.put(index, new UseTap());
      edits.put(index, this::leaf);
    });
    return Execution.of(model.graph()).withEdits(edits).with(taps);
  }

  private Tensor leaf(Node node, int output, Tensor value) {
    if (output != 0 || value.requiresGrad() || !Autograd.isRecording()) {
      return value;
    }
    Tensor leaf = scope.adopt(value.leaf());
    leaves.add(leaf);
    return leaf;
  }

  private final class UseTap implements Tap {
    @Override
    public void observe(Node node, List<@Nullable Object> arguments, List<@Nullable Object> outputs) {
      for (PlannedUse use : byNode.getOrDefault(node.index(), List.of())) {
        Pending pending = use.capture(Call.own(node, arguments, examples));
        Consumer<Tensor> receiver = collector.capture(use, pending, scope);
        receivers.computeIfAbsent(use.source().index(), _ -> new ArrayList<>())
            .add(delta -> receiver.accept(use.own(delta, examples)));
      }
      List<Consumer<Tensor>> waiting = receivers.getOrDefault(node.index(), List.of());
      if (!waiting.isEmpty() && outputs.getFirst() instanceof Tensor output && output.requiresGrad()) {
        connections.add(Autograd.onGradient(output, delta -> deliver(waiting, delta)));
      }
    }

    @Override
    public boolean keepsTensors() {
      return false;
    }
  }

  /** Runs inside libtorch's backward pass, through which no exception may go. */
  private void deliver(List<Consumer<Tensor>> waiting, Tensor delta) {
    if (failure != null) {
      return;
    }
    try (var _ = Scope.open()) {
      waiting.forEach(receiver -> receiver.accept(delta));
    } catch (RuntimeException e) {
      failure = e;
    }
  }

  /** Hands a tensor that the pass kept to the scope around the pass. */
  void keep(Tensor tensor) {
    scope.keep(tensor);
  }

  /** Frees whatever the pass kept. */
  @Override
  public void close() {
    connections.forEach(Autograd.Connection::close);
    scope.close();
  }
}
