package dev.whence.graph.rewrite;

import dev.whence.graph.Argument;
import dev.whence.graph.Extent;
import dev.whence.graph.Graph;
import dev.whence.graph.Node;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Writes a graph's recurrent layers out step by step, for evaluation mode. libtorch's operators for whole layers hide the
 * gradients by their gates; written out, their weights belong to linear maps like any other's. Layers whose number of steps
 * the caller decides or that would become very long stay as they are.
 */
public final class RecurrentSteps {
  /** Steps times weights of one node: some ten thousand calls, of which each takes some microseconds. */
  private static final long MOST_STEPS = 8192;

  private final Graph graph;
  private final List<Node> nodes = new ArrayList<>();

  private RecurrentSteps(Graph graph) {
    this.graph = graph;
  }

  /** The same function of the same parameters, which it shares; the graph itself where there is nothing to write out. */
  public static Graph writtenOut(Graph graph) {
    var writer = new RecurrentSteps(graph);
    graph.nodes().forEach(writer::write);
    // what is written out takes several calls
    return writer.nodes.size() == graph.nodes().size()
        ? graph
        : new Graph(graph.inputs(), graph.outputValues(), writer.nodes, graph.parameters(), graph.buffers(),
            graph.state(), graph.details());
  }

  private void write(Node node) {
    Optional<Given> call = RecurrentCell.of(node.operator()).flatMap(cell -> Given.of(cell, node));
    Optional<Layers> layers = call.flatMap(one -> Layers.of(graph, one));
    if (call.isPresent() && node.operator().endsWith("_cell")) {
      step(call.get());
    } else if (layers.isPresent()) {
      layers(call.get(), layers.get());
    } else {
      nodes.add(
          new Node(nodes.size(), node.name(), node.target(), node.module(), node.arguments(),
              node.outputs()));
    }
  }

  /**
   * What both kinds of operators are given.
   *
   * @param input name of the value
   * @param states names of h, or of h and c
   */
  private record Given(RecurrentCell cell, Node node, String input, List<String> states) {
    static Optional<Given> of(RecurrentCell cell, Node node) {
      String input = name(node, "input");
      List<String> states = names(node, "hx");
      return input == null || states.size() != cell.states()
          ? Optional.empty()
          : Optional.of(new Given(cell, node, input, states));
    }
  }

  /**
   * Layers over each other, each in one or two directions.
   *
   * @param time axis of the steps in input and output
   * @param steps number of steps
   * @param weights of all layers and directions, {@code each} a layer and direction: 2, or 4 with biases, and one more last
   *     that projects h
   */
  private record Layers(int time, int steps, int layers, int directions, int each, List<String> weights) {
    static Optional<Layers> of(Graph graph, Given call) {
      Node node = call.node();
      int time = is(node, "batch_first") ? 1 : 0;
      int directions = is(node, "bidirectional") ? 2 : 1;
      List<String> weights = names(node, "params");
      long cells = number(node, "num_layers") * directions;
      int each = cells > 0 && weights.size() % cells == 0 ? Math.toIntExact(weights.size() / cells) : 0;
      int usual = is(node, "has_biases") ? 4 : 2;
      boolean plain = each == usual || (each == usual + 1 && call.cell() == RecurrentCell.LSTM);
      return graph.sizes(call.input())
          .filter(sizes -> plain && node.target().endsWith(".input") && sizes.size() == 3)
          .map(sizes -> sizes.get(time) instanceof Extent.Fixed(long size) ? size : 0L)
          .filter(steps -> steps > 0 && steps <= MOST_STEPS / weights.size())
          .map(steps -> new Layers(time, Math.toIntExact(steps), (int) (cells / directions), directions, each,
              weights));
    }

    /** The bias of the input's or of h's share, or null. */
    @Nullable
    String bias(int cell, int which) {
      return each < 4 ? null : weights.get(cell * each + 2 + which);
    }

    /** What projects h, or null. */
    @Nullable
    String projection(int cell) {
      return each % 2 == 0 ? null : weights.get((cell + 1) * each - 1);
    }
  }

  private void layers(Given call, Layers layers) {
    var writer = new CallWriter(call.node(), nodes);
    List<List<String>> ends = call.states().stream().<List<String>>map(_ -> new ArrayList<>()).toList();
    String value = call.input();
    for (int layer = 0; layer < layers.layers(); layer++) {
      var outputs = new ArrayList<String>();
      for (int direction = 0; direction < layers.directions(); direction++) {
        outputs.add(direction(writer, call, layers, value, layer * layers.directions() + direction, ends));
      }
      value = outputs.size() == 1 ? outputs.getFirst() : writer.join("aten::cat", outputs, 2);
    }
    writer.output(0, value);
    for (int i = 0; i < ends.size(); i++) {
      writer.output(i + 1, writer.join("aten::stack", ends.get(i), 0));
    }
  }

  /** Writes all steps of one layer in one direction and adds its last state to the ends. */
  private static String direction(CallWriter writer, Given call, Layers layers, String input, int at,
      List<List<String>> ends) {
    List<String> state = call.states().stream().map(start -> writer.select(start, 0, at)).toList();
    List<String> gates = writer.entries(
        writer.linear(input, layers.weights().get(at * layers.each()), layers.bias(at, 0)), layers.time(),
        layers.steps());
    String weight = layers.weights().get(at * layers.each() + 1);
    String projection = layers.projection(at);
    var seen = new String[layers.steps()];
    for (int step = 0; step < seen.length; step++) {
      int t = at % layers.directions() == 0 ? step : seen.length - 1 - step;
      state = call.cell().step(writer, gates.get(t), state, weight,
          layers.bias(at, 1));
      if (projection != null) {
        state = List.of(writer.linear(state.getFirst(), projection, null), state.getLast());
      }
      seen[t] = state.getFirst();
    }
    for (int i = 0; i < state.size(); i++) {
      ends.get(i).add(state.get(i));
    }
    return writer.join("aten::stack", Arrays.asList(seen), layers.time());
  }

  private void step(Given call) {
    Node node = call.node();
    String own = name(node, "w_ih");
    String recurrent = name(node, "w_hh");
    if (own == null || recurrent == null) {
      throw new IllegalArgumentException(
          node.describe() + " lacks a weight; the model file contradicts itself");
    }
    var writer = new CallWriter(node, nodes);
    String gates = writer.linear(call.input(), own, name(node, "b_ih"));
    List<String> next = call.cell().step(writer, gates, call.states(), recurrent, name(node, "b_hh"));
    for (int i = 0; i < next.size(); i++) {
      writer.output(i, next.get(i));
    }
  }

  private static @Nullable String name(Node node, String argument) {
    return node.arguments().get(argument) instanceof Argument.Reference(String name) ? name : null;
  }

  /** The names in a list, or the one name; empty where anything else is given. */
  private static List<String> names(Node node, String argument) {
    return switch (node.arguments().get(argument)) {
      case Argument.Reference(String name) -> List.of(name);
      case Argument.Sequence(List<Argument> items) when items.stream()
          .allMatch(Argument.Reference.class::isInstance) ->
        items.stream().map(item -> ((Argument.Reference) item).name()).toList();
      case null, default -> List.of();
    };
  }

  private static boolean is(Node node, String argument) {
    return node.literal(argument).equals(Optional.of(true));
  }

  private static long number(Node node, String argument) {
    return node.literal(argument).orElse(-1L) instanceof Long value ? value : -1;
  }
}
