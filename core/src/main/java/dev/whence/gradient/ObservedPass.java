package dev.whence.gradient;

import dev.whence.graph.ModelState;
import dev.whence.graph.Node;
import dev.whence.torch.Autograd;
import dev.whence.torch.Scope;
import dev.whence.torch.Tensor;
import dev.whence.torch.TorchException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The state of one {@link FastPass}; what it keeps is freed by closing it. Belongs to one thread. */
final class ObservedPass implements AutoCloseable {
  private final Collector collector;
  private final int examples;
  private final Scope scope = Scope.open();
  private final List<Tensor> leaves = new ArrayList<>();
  private final List<Autograd.Connection> connections = new ArrayList<>();
  private final Map<Integer, List<Consumer<Tensor>>> receivers = new LinkedHashMap<>();
  private final Map<Derivation, Derivation.Recorded> recorded = new LinkedHashMap<>();
  private @Nullable RuntimeException failure;

  ObservedPass(Collector collector, int examples) {
    this.collector = collector;
    this.examples = examples;
  }

  int examples() {
    return examples;
  }

  /** The output as a leaf, where nothing before it is differentiated. */
  Tensor leaf(int output, Tensor value) {
    if (output != 0 || value.requiresGrad() || !Autograd.isRecording()) {
      return value;
    }
    Tensor leaf = scope.adopt(value.leaf());
    leaves.add(leaf);
    return leaf;
  }

  /** Computes a value of the parameters, with the way back. */
  void record(Derivation derivation, ModelState state) {
    Derivation.Recorded made = derivation.record(state);
    recorded.put(derivation, new Derivation.Recorded(scope.adopt(made.leaf()), scope.adopt(made.value())));
  }

  /** What is pending for a use by its parameter, where the use is of a value computed from it. */
  Pending behind(Use use, Pending pending) {
    Derivation derivation = use.derivation();
    return derivation == null
        ? pending
        : new Pending.Behind(derivation.parameter(), Objects.requireNonNull(recorded.get(derivation)),
            pending);
  }

  /** Takes the uses of one node. */
  void capture(List<Captured> together) {
    PlannedUse first = together.getFirst().use();
    Consumer<Tensor> receiver = collector.capture(together, scope);
    receivers.computeIfAbsent(first.source().index(), _ -> new ArrayList<>())
        .add(delta -> receiver.accept(first.own(delta, examples)));
  }

  /** Delivers the gradient with respect to the node's output to the uses that wait for it. */
  void listen(Node node, Tensor output) {
    List<Consumer<Tensor>> waiting = receivers.getOrDefault(node.index(), List.of());
    if (!waiting.isEmpty()) {
      connections.add(Autograd.onGradient(output, delta -> deliver(node, waiting, delta)));
    }
  }

  /** Runs inside libtorch's backward pass, through which no exception may go. */
  private void deliver(Node node, List<Consumer<Tensor>> waiting, Tensor delta) {
    if (failure != null) {
      return;
    }
    try (var _ = Scope.open()) {
      waiting.forEach(receiver -> receiver.accept(delta));
    } catch (TorchException e) {
      failure = e.at("the gradient at " + node.describe());
    } catch (RuntimeException e) {
      failure = e;
    }
  }

  void differentiate(Tensor total) {
    if (total.requiresGrad() && !leaves.isEmpty()) {
      Autograd.vectorJacobian(List.of(total), List.of(), leaves, Autograd.Options.ONCE);
    }
    if (failure != null) {
      throw failure;
    }
  }

  /** Hands a tensor that the session kept to the scope around it. */
  void keep(Tensor tensor) {
    scope.keep(tensor);
  }

  @Override
  public void close() {
    connections.forEach(Autograd.Connection::close);
    scope.close();
  }
}
