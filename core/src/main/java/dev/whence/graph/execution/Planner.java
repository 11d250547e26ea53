package dev.whence.graph.execution;

import dev.whence.graph.Argument;
import dev.whence.graph.Graph;
import dev.whence.graph.Node;
import dev.whence.graph.rewrite.InPlace;
import dev.whence.torch.Operator;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Compiles a graph into a {@link Plan}. */
final class Planner {
  private final Graph graph;
  private final boolean training;
  private final ModeSwitch modes;
  private final InPlace inPlace;
  private final Map<String, Integer> slots = new HashMap<>();
  private final Set<Integer> shielded = new HashSet<>();
  private final List<Instruction.Builder> calls = new ArrayList<>();
  private final Map<String, Integer> inputs = new LinkedHashMap<>();

  Planner(Graph graph, boolean training) {
    this.graph = graph;
    this.training = training;
    this.modes = new ModeSwitch(graph, training);
    this.inPlace = new InPlace(graph, given(), kept());
  }

  /** Values that belong to the caller. */
  private Set<String> given() {
    var given = new LinkedHashSet<String>();
    graph.inputs().forEach(input -> given.add(input.name()));
    given.addAll(graph.parameters().keySet());
    given.addAll(graph.buffers().keySet());
    return given;
  }

  /** Values that are read after the last call. */
  private Set<String> kept() {
    var kept = new HashSet<>(graph.outputValues().values());
    if (training) {
      kept.addAll(graph.buffers().keySet());
      kept.addAll(graph.details().mutations().values());
    }
    return kept;
  }

  /** Indices of the nodes that make a view which is overwritten later under another name. */
  private Set<Integer> hidden() {
    return graph.nodes().stream()
        .filter(node -> node.outputs().stream().anyMatch(output -> isHidden(node, output)))
        .map(Node::index).collect(Collectors.toUnmodifiableSet());
  }

  private boolean isHidden(Node node, String output) {
    return !output.isEmpty() && inPlace.isView(output) && inPlace.writtenFrom(node.index() + 1, output);
  }

  Plan plan() {
    Set<String> given = given();
    given.forEach(value -> shielded.add(slot(value)));
    graph.inputs().forEach(input -> inputs.put(input.name(), slot(input.name())));
    for (Node node : graph.nodes()) {
      calls.add(call(node));
    }
    free();
    List<Integer> copied = inPlace.copied(given).stream().map(this::slot).toList();
    return new Plan(slots.size(), inputs, named(graph.parameters()), named(graph.buffers()), copied,
        calls.stream().map(Instruction::new).toList(), outputs(), results(), hidden());
  }

  private int slot(String value) {
    String shared = inPlace.slotOf(value);
    return slots.computeIfAbsent(shared, _ -> slots.size());
  }

  private Map<Integer, String> named(Map<String, String> values) {
    var named = new LinkedHashMap<Integer, String>();
    values.forEach((value, name) -> named.put(slot(value), name));
    return named;
  }

  private Map<String, Integer> outputs() {
    var outputs = new LinkedHashMap<String, Integer>();
    graph.outputValues().forEach((name, value) -> outputs.put(name, slot(value)));
    return outputs;
  }

  private Map<String, Integer> results() {
    var results = new LinkedHashMap<String, Integer>();
    graph.buffers().forEach((value, name) -> results.putIfAbsent(name, slot(value)));
    graph.details().mutations().forEach((name, value) -> results.put(name, slot(value)));
    return results;
  }

  /** In evaluation nobody asks for a buffer that is only counted on. */
  private boolean isDead(Node node) {
    if (training || node.outputs().size() != 1 || inPlace.functional(node).isEmpty()) {
      return false;
    }
    String written = inPlace.slotOf(node.outputs().getFirst());
    return graph.buffers().containsKey(written) && !inPlace.readAfter(node.index(), written);
  }

  // ---- one call ----

  private Instruction.Builder call(Node node) {
    var builder = node.target().startsWith("aten::") ? operatorCall(node) : otherCall(node);
    builder.dead = isDead(node);
    overwritten(builder);
    return builder;
  }

  private Instruction.Builder operatorCall(Node node) {
    Operator own = Operator.of(node.target());
    Optional<Operator> form = inPlace.functional(node);
    Operator operator = form.orElse(own);
    @Nullable
    Object[] template = new Object[operator.parameters().size()];
    for (int i = 0; i < template.length; i++) {
      Argument argument = node.arguments().get(own.parameters().get(i).name());
      template[i] = argument == null ? Operator.DEFAULT : template(argument);
    }
    boolean recurrent = RecurrentCheck.concerns(operator);
    Kernel switched = modes.kernel(node, operator, template);
    Kernel kernel = recurrent ? RecurrentCheck.guard(operator, switched) : switched;
    var builder = new Instruction.Builder(node,
        form.isPresent() ? FunctionalKernels.of(operator, kernel) : kernel, template, slots(node));
    builder.operator = operator;
    return builder;
  }

  private Instruction.Builder otherCall(Node node) {
    @Nullable
    Object[] template = node.arguments().values().stream().map(this::template).toArray();
    return new Instruction.Builder(node, ControlKernels.of(node, training), template, slots(node));
  }

  private int[] slots(Node node) {
    return node.outputs().stream().mapToInt(output -> output.isEmpty() ? -1 : slot(output)).toArray();
  }

  private @Nullable Object template(Argument argument) {
    return switch (argument) {
      case Argument.Reference reference -> new Frame.Slot(slot(reference.name()));
      case Argument.Literal literal -> literal.value();
      case Argument.Sequence sequence -> {
        var items = new ArrayList<@Nullable Object>();
        sequence.items().forEach(item -> items.add(template(item)));
        yield new Frame.Slots(items);
      }
      case Argument.SubGraph subGraph -> Prepared.of(subGraph.graph()).plan(training);
    };
  }

  // ---- memory ----

  /** What of the call's arguments and results is overwritten later, and what its results replace. */
  private void overwritten(Instruction.Builder call) {
    Node node = call.node;
    for (int i = 0; i < call.outputs.length; i++) {
      String output = node.outputs().get(i);
      call.closesOld[i] = call.outputs[i] >= 0 && !shielded.contains(call.outputs[i]);
      call.writtenLater[i] = !output.isEmpty() && inPlace.writtenFrom(node.index() + 1, output);
      if (!call.dead) { // what may not run leaves the caller's tensor where it is
        shielded.remove(call.outputs[i]);
      }
    }
    int i = 0;
    for (Argument argument : arguments(node, call.template.length)) {
      call.overwritten[i++] = argument.reads().stream()
          .anyMatch(value -> inPlace.writtenFrom(node.index(), value));
    }
    call.reads = node.reads().stream().mapToInt(this::slot).toArray();
  }

  private List<Argument> arguments(Node node, int count) {
    var ordered = new ArrayList<Argument>();
    if (node.target().startsWith("aten::")) {
      Operator.of(node.target()).parameters().stream().limit(count)
          .forEach(p -> ordered.add(node.arguments().getOrDefault(p.name(), new Argument.Literal(null))));
    } else {
      ordered.addAll(node.arguments().values());
    }
    return ordered;
  }

  /** Frees every slot after the last call that reads or writes it, unless it is wanted later. */
  private void free() {
    var wanted = new HashSet<Integer>(shielded);
    wanted.addAll(outputs().values());
    wanted.addAll(results().values());
    var last = new Instruction.@Nullable Builder[slots.size()];
    for (Instruction.Builder call : calls) {
      reads(Arrays.asList(call.template), call, last);
      for (int output : call.outputs) {
        if (output >= 0) {
          last[output] = call;
        }
      }
    }
    for (int slot = 0; slot < last.length; slot++) {
      Instruction.Builder call = last[slot];
      if (call != null && !wanted.contains(slot)) {
        call.frees = Arrays.copyOf(call.frees, call.frees.length + 1);
        call.frees[call.frees.length - 1] = slot;
      }
    }
  }

  private static void reads(List<? extends @Nullable Object> arguments, Instruction.Builder call,
      Instruction.@Nullable Builder[] last) {
    for (Object argument : arguments) {
      if (argument instanceof Frame.Slot(int index)) {
        last[index] = call;
      } else if (argument instanceof Frame.Slots(List<?> items)) {
        reads(items, call, last);
      }
    }
  }
}
