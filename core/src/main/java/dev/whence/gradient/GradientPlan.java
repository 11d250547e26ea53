package dev.whence.gradient;

import dev.whence.gradient.factor.Layout;
import dev.whence.graph.Graph;
import dev.whence.graph.ModelState;
import dev.whence.graph.Node;
import dev.whence.graph.execution.Execution;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Which parameters of a graph have fast gradients, and how; and why the others have not.
 *
 * @param fast parameter → all its uses
 * @param slow parameter → why it is differentiated example by example
 */
record GradientPlan(Map<String, List<PlannedUse>> fast, Map<String, String> slow) {
  /** Copies, keeping the order. */
  GradientPlan {
    fast = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(fast));
    slow = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(slow));
  }

  /** Plans from what the graph says and what two runs of it show. */
  static GradientPlan of(Graph graph, ModelState state, Probe.Sized few, Probe.Sized more) {
    Map<String, List<Use>> uses = Uses.of(graph);
    var derived = new Derived(graph);
    var beyond = new LinkedHashMap<String, List<Use>>();
    uses.forEach((parameter, all) -> beyond.put(parameter, derived.beyond(parameter, all, state)));
    Set<Integer> hidden = Execution.hidden(graph);
    var additions = new Additions(graph);
    Set<Node> nodes = new LinkedHashSet<>();
    Stream.of(uses, beyond).flatMap(some -> some.values().stream()).flatMap(List::stream).map(Use::node)
        .filter(node -> Rules.of(node).isPresent() && !hidden.contains(node.index()))
        .forEach(node -> {
          nodes.add(node);
          additions.after(node).ifPresent(nodes::add);
        });
    var probe = new Probe(graph, state, nodes, few, more);
    var fast = new LinkedHashMap<String, List<PlannedUse>>();
    var slow = new LinkedHashMap<String, String>();
    uses.forEach((parameter, all) -> {
      var planned = new ArrayList<PlannedUse>();
      Optional<String> reason = plan(additions, probe, all, planned);
      List<Use> others = Objects.requireNonNull(beyond.get(parameter));
      if (reason.isPresent() && !others.isEmpty()) {
        planned.clear();
        var meeting = new ArrayList<>(all.stream().filter(use -> !derived.isFree(use.node())).toList());
        meeting.addAll(others);
        reason = plan(additions, probe, meeting, planned);
      }
      reason.ifPresentOrElse(why -> slow.put(parameter, why), () -> fast.put(parameter, planned));
    });
    return new GradientPlan(fast, slow);
  }

  /** Adds the planned uses of one parameter, or says why and where one of them has no fast gradient. */
  private static Optional<String> plan(Additions additions, Probe probe, List<Use> uses,
      List<PlannedUse> planned) {
    for (Use use : uses) {
      Optional<String> refusal = plan(additions, probe, use, planned);
      if (refusal.isPresent()) {
        return Optional.of("it " + refusal.get() + " at " + use.node().describe());
      }
    }
    return Optional.empty();
  }

  /** Adds the planned use, or says why there is none. */
  private static Optional<String> plan(Additions additions, Probe probe, Use use, List<PlannedUse> planned) {
    Optional<Rule> rule = Rules.of(use.node());
    if (rule.isEmpty()) {
      return Optional.of("enters through an operator without a rule");
    }
    Optional<String> refusal = rule.get().refusal(use);
    if (refusal.isPresent()) {
      return refusal;
    }
    if (!probe.saw(use.node())) {
      return Optional
          .of("makes a view that is overwritten later under another name, or a result nobody reads,");
    }
    Optional<Layout> layout = probe.layout(use.node());
    if (layout.isPresent()) {
      refusal = rule.get().refusal(use, layout.get(), probe.shape(use.node()).length);
      planned.add(new PlannedUse(use, rule.get(), use.node(), layout.get(), List.of()));
      return refusal;
    }
    return deferred(additions, probe, use, rule.get(), planned);
  }

  /** A table of positions has no examples; the addition that follows has. */
  private static Optional<String> deferred(Additions additions, Probe probe, Use use, Rule rule,
      List<PlannedUse> planned) {
    Optional<Node> addition = additions.after(use.node());
    boolean possible = rule instanceof EmbeddingRule && probe.isConstant(use.node()) && addition.isPresent()
        && probe.layout(addition.get()).isPresent();
    if (!possible) {
      return Optional.of(probe.isConstant(use.node())
          ? "enters before any example does"
          : "meets the examples on no axis or on several");
    }
    List<Long> shape = Arrays.stream(probe.shape(use.node())).boxed().toList();
    Layout layout = probe.layout(addition.get()).get();
    int own = layout.axis() - (probe.shape(addition.get()).length - shape.size());
    if (own >= 0 && shape.get(own) != 1) {
      return Optional.of("is added along the examples");
    }
    planned.add(new PlannedUse(use, rule, addition.get(), layout, shape));
    return Optional.empty();
  }

  /** The same with merged examples of the parameter's uses in the other order. */
  GradientPlan reordered(Set<String> parameters) {
    var others = new LinkedHashMap<>(fast);
    parameters.forEach(name -> others.computeIfPresent(name,
        (_, uses) -> uses.stream().map(PlannedUse::reordered).toList()));
    return new GradientPlan(others, slow);
  }

  /** The fast gradients of these parameters alone. */
  GradientPlan only(Collection<String> parameters) {
    var some = new LinkedHashMap<String, List<PlannedUse>>();
    parameters.forEach(name -> some.put(name, Objects.requireNonNull(fast.get(name))));
    return new GradientPlan(some, Map.of());
  }

  /** The same without fast gradients for the parameters. */
  GradientPlan without(Map<String, String> reasons) {
    var fewer = new LinkedHashMap<>(fast);
    var more = new LinkedHashMap<>(slow);
    reasons.forEach((name, reason) -> {
      fewer.remove(name);
      more.put(name, reason);
    });
    return new GradientPlan(fewer, more);
  }

  /** Whether the order of merged axes of the parameter's uses is a guess. */
  boolean isGuess(String parameter) {
    return fast.getOrDefault(parameter, List.of()).stream().anyMatch(use -> use.layout().isMerged());
  }
}
