package dev.whence.gradient;

import dev.whence.data.Batch;
import dev.whence.graph.ModelState;
import dev.whence.graph.Node;
import dev.whence.graph.execution.Edit;
import dev.whence.graph.execution.Execution;
import dev.whence.graph.execution.Tap;
import dev.whence.torch.Autograd;
import dev.whence.torch.Scope;
import dev.whence.torch.Tensor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One forward and one backward pass over a batch that hand every planned use what it needs. Parameters require no
 * gradient, so no weight gradient is computed; the first outputs that have examples become leaves, so that there is
 * something to differentiate by. Immutable; safe for several threads.
 */
final class FastPass {
  private final Model model;
  private final Execution execution;
  /** Nodes by whose output is differentiated; it becomes a leaf where nothing before it is one. */
  private final Set<Integer> sources = new LinkedHashSet<>();
  private final Map<Integer, List<PlannedUse>> byNode = new LinkedHashMap<>();
  private final Set<Derivation> derivations = new LinkedHashSet<>();

  FastPass(Model model, GradientPlan plan) {
    this.model = model;
    plan.fast().values().forEach(uses -> uses.forEach(use -> {
      byNode.computeIfAbsent(use.use().node().index(), _ -> new ArrayList<>()).add(use);
      if (use.use().derivation() != null) {
        derivations.add(use.use().derivation());
      }
      sources.add(use.source().index());
    }));
    this.execution = Execution.of(model.graph());
  }

  /**
   * Runs both passes; the caller closes the session, which frees whatever was kept for the collector.
   *
   * @param outputs is shown the model's outputs, without history, between the passes
   */
  ObservedPass run(ModelState state, Batch batch, Collector collector,
      Consumer<Map<String, Tensor>> outputs) {
    var started = new ObservedPass(collector, batch.size());
    try (var _ = Autograd.on()) {
      derivations.forEach(derivation -> started.record(derivation, state));
      started.differentiate(forward(started, state, batch, outputs));
      return started;
    } catch (RuntimeException e) {
      started.close();
      throw e;
    }
  }

  private Tensor forward(ObservedPass session, ModelState state, Batch batch,
      Consumer<Map<String, Tensor>> outputs) {
    try (var run = Scope.open()) {
      var result = observed(session).run(constant(state), model.inputs().apply(batch));
      var plain = new LinkedHashMap<>(result.outputs());
      plain.replaceAll((_, output) -> output.detach());
      outputs.accept(plain);
      return run.keep(model.quantity().perExample(result.outputs(), batch).sum());
    }
  }

  private Execution observed(ObservedPass session) {
    var tap = new UseTap(session);
    var taps = new HashMap<Integer, Tap>();
    byNode.keySet().forEach(node -> taps.put(node, tap));
    var edits = new HashMap<Integer, Edit>();
    sources.forEach(node -> {
      taps.put(node, tap);
      edits.put(node, (_, output, value) -> session.leaf(output, value));
    });
    return execution.withEdits(edits).with(taps);
  }

  /** The state with parameters that require no gradient, whatever the caller's do. */
  private static ModelState constant(ModelState state) {
    var parameters = new LinkedHashMap<String, Tensor>();
    state.parameters().forEach((name, tensor) -> parameters.put(name, tensor.detach()));
    return new ModelState(parameters, state.buffers());
  }

  private final class UseTap implements Tap {
    private final ObservedPass now;

    UseTap(ObservedPass now) {
      this.now = now;
    }

    @Override
    public void observe(Node node, List<@Nullable Object> arguments, List<@Nullable Object> outputs) {
      List<PlannedUse> uses = byNode.getOrDefault(node.index(), List.of());
      if (!uses.isEmpty()) {
        now.capture(uses.stream()
            .map(use -> new Captured(use,
                now.behind(use.use(), use.capture(Call.own(node, arguments, now.examples())))))
            .toList());
      }
      if (outputs.getFirst() instanceof Tensor output && output.requiresGrad()) {
        now.listen(node, output);
      }
    }

    @Override
    public boolean keepsTensors() {
      return false;
    }
  }
}
