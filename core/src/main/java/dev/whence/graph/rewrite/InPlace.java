package dev.whence.graph.rewrite;

import dev.whence.graph.Argument;
import dev.whence.graph.Graph;
import dev.whence.graph.Node;
import dev.whence.torch.Operator;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Finds out which values share memory, and for each call that writes into an argument whether its functional form says the
 * same: it does if nothing that shares the memory under another name is read later.
 */
public final class InPlace {
  private static final Set<String> CHANGE_NO_NUMBERS = Set.of("squeeze_", "unsqueeze_", "transpose_", "t_",
      "swapdims_", "swapaxes_", "detach_", "as_strided_");
  /** Made of other operators: they may return an argument's memory without declaring it. */
  private static final Set<String> UNDECLARED_ALIASES = Set.of("dropout", "feature_dropout", "alpha_dropout",
      "feature_alpha_dropout", "native_dropout", "rrelu", "type_as", "broadcast_tensors", "meshgrid",
      "einsum", "tensordot",
      "pad", "atleast_1d", "atleast_2d", "atleast_3d", "sum_to_size", "_unsafe_view", "unsafe_split",
      "unsafe_split_with_sizes", "unsafe_chunk");

  private static final int RECORDING = -2;

  private final Map<String, String> storage = new HashMap<>();
  private final Map<String, String> slots = new HashMap<>();
  private final Map<String, Integer> definedAt = new HashMap<>();
  private final Map<String, Integer> lastRead = new HashMap<>();
  private final Map<Integer, Operator> functional = new HashMap<>();
  private final List<Write> writes = new ArrayList<>();
  private final Map<String, List<String>> members = new HashMap<>();
  private final Map<String, Integer> lastWrite = new HashMap<>();
  private final Map<String, Integer> lastReadOfSlot = new HashMap<>();
  private final Set<String> views = new HashSet<>();

  private final Deque<Integer> regions = new ArrayDeque<>();
  private final Set<String> buffers;

  private record Write(int node, String value) {
  }

  /**
   * Analyses.
   *
   * @param given the graph's inputs, parameters and buffers
   * @param kept values that are read after the last node
   */
  public InPlace(Graph graph, Set<String> given, Set<String> kept) {
    this.buffers = graph.buffers().keySet();
    given.forEach(value -> definedAt.put(value, -1));
    for (Node node : graph.nodes()) {
      node.reads().forEach(value -> lastRead.put(value, node.index()));
    }
    kept.forEach(value -> lastRead.put(value, Integer.MAX_VALUE));
    graph.nodes().forEach(this::visit);
    writes.forEach(write -> lastWrite.merge(root(write.value), write.node, Math::max));
    lastRead.forEach((value, node) -> lastReadOfSlot.merge(slotOf(value), node, Math::max));
  }

  /** The operator to call instead of the node's own, which writes; empty where it must be called itself. */
  public Optional<Operator> functional(Node node) {
    return Optional.ofNullable(functional.get(node.index()));
  }

  /** The value whose slot this one shares: itself, or what a functional form replaced. */
  public String slotOf(String value) {
    return slots.getOrDefault(value, value);
  }

  /** Whether a call at or after the node writes into memory the value shares. */
  public boolean writtenFrom(int node, String value) {
    return !lastWrite.isEmpty() && lastWrite.getOrDefault(root(value), Integer.MIN_VALUE) >= node;
  }

  /** Whether a call after the node, or the caller, reads what lies in the slot. */
  public boolean readAfter(int node, String slot) {
    return lastReadOfSlot.getOrDefault(slot, -1) > node;
  }

  /** Whether the value shares memory with one that existed before it. */
  public boolean isView(String value) {
    return views.contains(value);
  }

  /** Which of the values must be copied before the run, because a call writes into their memory. */
  public Set<String> copied(Set<String> given) {
    var found = new LinkedHashSet<String>();
    for (String value : given) {
      if (writtenFrom(-1, value)) {
        found.add(value);
      }
    }
    return found;
  }

  private void visit(Node node) {
    node.outputs().forEach(output -> definedAt.put(output, node.index()));
    if (node.target().equals("whence::grad_mode")) {
      regions.push(off(node) ? node.index() : RECORDING);
    } else if (node.target().equals("whence::grad_mode_leave")) {
      regions.pop();
    }
    if (!node.target().startsWith("aten::")) {
      return;
    }
    Operator operator = Operator.of(node.target());
    List<String> written = new ArrayList<>();
    for (var parameter : operator.parameters()) {
      if (parameter.written()) {
        written.addAll(values(node, parameter.name()));
      }
    }
    if (!written.isEmpty()) {
      write(node, operator, written);
    }
    alias(node, operator);
  }

  private static boolean off(Node node) {
    return node.arguments().get("0") instanceof Argument.Literal literal
        && Boolean.FALSE.equals(literal.value());
  }

  /**
   * Whether the write happens where nothing is recorded, to a value made where it is: its history must stay while its numbers
   * change, which only writing itself does.
   */
  private boolean keepsHistory(String value) {
    Integer start = regions.peek();
    return start != null && start != RECORDING && !buffers.contains(slotOf(value))
        && definedAt.getOrDefault(value, -1) < start;
  }

  private void write(Node node, Operator operator, List<String> written) {
    String bare = operator.name().substring(6);
    Optional<Operator> form = FunctionalForms.of(operator);
    boolean harmless = CHANGE_NO_NUMBERS.contains(bare);
    boolean alike = written.size() == 1 && !keepsHistory(written.getFirst())
        && !sharedLater(written.getFirst(), node.index());
    if (form.isPresent() && (alike || (harmless && written.size() == 1))) {
      functional.put(node.index(), form.get());
      if (!node.outputs().isEmpty()) {
        slots.put(node.outputs().getFirst(), slotOf(written.getFirst()));
      }
    } else if (!harmless) {
      written.forEach(value -> writes.add(new Write(node.index(), value)));
    }
  }

  private boolean sharedLater(String value, int node) {
    List<String> sharing = members.getOrDefault(root(value), new ArrayList<>(List.of(value)));
    sharing.removeIf(name -> lastRead.getOrDefault(name, -1) <= node); // calls come in order: it is never asked for again
    return sharing.stream()
        .anyMatch(name -> definedAt.getOrDefault(name, -1) < node && !slotOf(name).equals(slotOf(value)));
  }

  private void alias(Node node, Operator operator) {
    List<Set<String>> returned = operator.returnAliases();
    boolean undeclared = UNDECLARED_ALIASES.contains(operator.name().substring(6));
    for (int i = 0; i < node.outputs().size(); i++) {
      Set<String> sets = returned.isEmpty()
          ? Set.of()
          : returned.get(returned.size() == 1 ? 0 : Math.min(i, returned.size() - 1));
      for (var parameter : operator.parameters()) {
        boolean shares = undeclared || parameter.aliases().stream().anyMatch(sets::contains);
        if (shares) {
          for (String value : values(node, parameter.name())) {
            join(node.outputs().get(i), value);
          }
        }
      }
    }
  }

  private void join(String output, String value) {
    views.add(output);
    String from = root(output);
    String into = root(value);
    if (from.equals(into)) {
      return;
    }
    List<String> joined = members.computeIfAbsent(into, name -> new ArrayList<>(List.of(name)));
    List<String> more = members.remove(from);
    joined.addAll(more == null ? List.of(from) : more);
    storage.put(from, into);
  }

  private String root(String value) {
    String top = value;
    for (String up = storage.get(top); up != null; up = storage.get(top)) {
      top = up;
    }
    for (String at = value; !at.equals(top);) {
      String up = storage.put(at, top);
      at = up == null ? top : up;
    }
    return top;
  }

  private static List<String> values(Node node, String parameter) {
    Argument argument = node.arguments().get(parameter);
    var names = new ArrayList<String>();
    if (argument instanceof Argument.Reference reference) {
      names.add(reference.name());
    } else if (argument instanceof Argument.Sequence sequence) {
      for (Argument item : sequence.items()) {
        if (item instanceof Argument.Reference reference) {
          names.add(reference.name());
        }
      }
    }
    return names;
  }
}
