package dev.whence.graph.pt2;

import dev.whence.graph.Argument;
import dev.whence.graph.CorruptModelException;
import dev.whence.graph.Extent;
import dev.whence.graph.Graph;
import dev.whence.graph.GraphDetails;
import dev.whence.graph.GraphInput;
import dev.whence.graph.Limits;
import dev.whence.graph.ModelState;
import dev.whence.graph.Node;
import dev.whence.graph.UnsupportedModelException;
import dev.whence.torch.DType;
import dev.whence.torch.Operator;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Decodes the calls of a graph. Sub-graphs that always run (grad mode, autocast, checkpointing) become part of the graph
 * between calls that set and reset the mode; the others stay closed arguments.
 */
final class GraphDecoder {
  private static final String HIGHER = "higher_order::";

  private final Meta meta;
  private final Limits limits;
  private final List<Node> nodes = new ArrayList<>();
  private final Map<String, List<Extent>> sizes = new HashMap<>();
  private final Map<String, String> modules = new LinkedHashMap<>();
  private final int[] budget;

  GraphDecoder(Meta meta, Limits limits) {
    this(meta, limits, new int[]{limits.nodes()});
  }

  private GraphDecoder(Meta meta, Limits limits, int[] budget) {
    this.meta = meta;
    this.limits = limits;
    this.budget = budget;
  }

  List<Node> nodes() {
    return nodes;
  }

  Map<String, List<Extent>> sizes() {
    return sizes;
  }

  Map<String, String> modules() {
    return modules;
  }

  /** Adds the graph's calls; its inputs are known to {@code names} already. */
  void calls(Member graph, Names names) throws IOException {
    for (var value : graph.at("tensor_values").fields()) {
      sizes.putIfAbsent(names.node(value.getKey()), meta.sizes(value.getValue()));
      Meta.requireKinds(value.getValue());
    }
    for (Member call : graph.at("nodes").items()) {
      if (--budget[0] < 0) {
        throw new CorruptModelException("the graph has more than " + limits.nodes() + " nodes");
      }
      call(call, names);
    }
  }

  private void call(Member call, Names names) throws IOException {
    String target = Operators.qualified(call.at("target").text());
    String name = nodeName(call, names);
    String module = ModuleStack.note(call, modules);
    String where = "node '" + name + "' (" + target + (module.isEmpty() ? ")" : " in module " + module + ")");
    var arguments = new ArgumentDecoder(names, this::closed);
    List<Member> inputs = call.at("inputs").items();
    if (target.startsWith(HIGHER)) {
      higherOrder(call, target, new Place(name, module, where), names);
      return;
    }
    Map<String, Argument> decoded = Operators.isScalar(target)
        ? numbered(inputs, arguments)
        : named(inputs, Operators.find(target, where), arguments, where);
    add(name, target, module, decoded, define(call, names, where));
  }

  /** Where a call stands, for messages and for what replaces it. */
  private record Place(String name, String module, String where) {
  }

  private void add(String name, String target, String module, Map<String, Argument> arguments,
      List<String> outputs) {
    nodes.add(new Node(nodes.size(), name, target, module, arguments, outputs));
  }

  private String nodeName(Member call, Names names) throws IOException {
    var own = call.find("name");
    if (own.isPresent()) {
      return names.node(own.get().text());
    }
    List<Member> outputs = call.at("outputs").items();
    List<String> first = outputs.isEmpty() ? List.of() : ArgumentDecoder.outputs(outputs.getFirst());
    return names
        .node(first.isEmpty() || first.getFirst().isEmpty() ? "node_" + nodes.size() : first.getFirst());
  }

  private static List<String> define(Member call, Names names, String where) throws IOException {
    var defined = new ArrayList<String>();
    for (Member output : call.at("outputs").items()) {
      for (String name : ArgumentDecoder.outputs(output)) {
        defined.add(name.isEmpty() ? "" : names.define(name, where));
      }
    }
    return defined;
  }

  private static Map<String, Argument> numbered(List<Member> inputs, ArgumentDecoder decoder)
      throws IOException {
    var arguments = new LinkedHashMap<String, Argument>();
    for (int i = 0; i < inputs.size(); i++) {
      arguments.put(Integer.toString(i), decoder.decode(inputs.get(i).at("arg")));
    }
    return arguments;
  }

  private static Map<String, Argument> named(List<Member> inputs, Operator operator, ArgumentDecoder decoder,
      String where) throws IOException {
    var arguments = new LinkedHashMap<String, Argument>();
    for (int i = 0; i < inputs.size(); i++) {
      Member input = inputs.get(i);
      String name = input.at("name").text();
      boolean positional = input.find("kind").isEmpty() || input.at("kind").integer() != 2;
      int position = operator.position(name).orElse(positional ? i : -1);
      if (position < 0 || position >= operator.parameters().size()) {
        throw new UnsupportedModelException(where + " has an argument '" + name + "' that libtorch "
            + dev.whence.torch.Natives.version() + " does not know; export again with a release near to it");
      }
      String declared = operator.parameters().get(position).name();
      if (arguments.put(declared, decoder.decode(input.at("arg"))) != null) {
        throw new CorruptModelException(where + " gives the argument '" + declared + "' twice");
      }
    }
    for (var parameter : operator.parameters()) {
      if (!parameter.hasDefault() && !arguments.containsKey(parameter.name())) {
        throw new CorruptModelException(where + " lacks the argument '" + parameter.name() + "'");
      }
    }
    return arguments;
  }

  // ---- sub-graphs ----

  private void higherOrder(Member call, String target, Place place, Names names) throws IOException {
    List<Member> inputs = new ArrayList<>();
    for (Member input : call.at("inputs").items()) {
      inputs.add(input.at("arg"));
    }
    switch (target.substring(HIGHER.length())) {
      case "wrap_with_set_grad_enabled" -> inline(call, inputs, 1, "whence::grad_mode", place, names);
      case "wrap_with_autocast" -> inline(call, inputs, 4, "whence::autocast", place, names);
      case "wrap_activation_checkpoint", "tag_activation_checkpoint", "invoke_subgraph", "wrap" ->
        inline(call, inputs, 0, "", place, names);
      case "cond" -> {
        var arguments = numbered(call.at("inputs").items(), new ArgumentDecoder(names, this::closed));
        add(place.name, target, place.module, arguments, define(call, names, place.where));
      }
      default -> throw new UnsupportedModelException(place.where
          + " is a control structure Whence does not run; unroll it in the model and export again");
    }
  }

  /** Puts a sub-graph's calls in place, between calls that set and reset a mode where one is named. */
  private void inline(Member call, List<Member> inputs, int graphAt, String mode, Place place, Names names)
      throws IOException {
    var outer = new ArgumentDecoder(names, this::closed);
    if (inputs.size() <= graphAt || inputs.get(graphAt).find("as_graph").isEmpty()) {
      throw new CorruptModelException(place.where + " has no sub-graph as its argument " + graphAt);
    }
    Member graph = inputs.get(graphAt).at("as_graph").at("graph");
    List<Member> placeholders = graph.at("inputs").items();
    List<Member> operands = operands(inputs, graphAt, placeholders.size(), place);
    Names inner = names
        .inside(call.find("name").isPresent() ? call.at("name").text() : "call_" + nodes.size());
    for (int i = 0; i < placeholders.size(); i++) {
      for (String name : ArgumentDecoder.outputs(placeholders.get(i))) {
        inner.stand(name, outer.decode(operands.get(i)), place.where);
      }
    }
    enter(mode, inputs.subList(0, graphAt), outer, place);
    calls(graph, inner);
    if (!mode.isEmpty()) {
      add(place.name + "/leave", mode + "_leave", place.module, Map.of(), List.of());
    }
    results(call, graph, names, new ArgumentDecoder(inner, this::closed), place);
  }

  private static List<Member> operands(List<Member> inputs, int graphAt, int wanted, Place place)
      throws IOException {
    var operands = new ArrayList<Member>();
    for (Member input : inputs.subList(graphAt + 1, inputs.size())) {
      if (input.find("as_string").isEmpty()) {
        operands.add(input);
      }
    }
    if (operands.size() != wanted) {
      throw new CorruptModelException(
          place.where + " gives " + operands.size() + " values to a sub-graph that takes " + wanted);
    }
    return operands;
  }

  private void enter(String mode, List<Member> settings, ArgumentDecoder decoder, Place place)
      throws IOException {
    if (!mode.isEmpty()) {
      var arguments = new LinkedHashMap<String, Argument>();
      for (int i = 0; i < settings.size(); i++) {
        arguments.put(Integer.toString(i), decoder.decode(settings.get(i)));
      }
      add(place.name + "/enter", mode, place.module, arguments, List.of());
    }
  }

  /** The names the call defines stand for what the sub-graph returned. */
  private static void results(Member call, Member graph, Names names, ArgumentDecoder inner, Place place)
      throws IOException {
    var defined = new ArrayList<String>();
    for (Member output : call.at("outputs").items()) {
      defined.addAll(ArgumentDecoder.outputs(output));
    }
    List<Member> returned = graph.at("outputs").items();
    if (defined.size() > returned.size()) {
      throw new CorruptModelException(
          place.where + " has " + defined.size() + " results of a sub-graph that returns " + returned.size());
    }
    for (int i = 0; i < defined.size(); i++) {
      if (!defined.get(i).isEmpty()) {
        names.stand(defined.get(i), inner.decode(returned.get(i)), place.where);
      }
    }
  }

  /** A sub-graph that may or may not run. */
  private Argument closed(Member argument) throws IOException {
    Member graph = argument.at("graph");
    var decoder = new GraphDecoder(meta, limits, budget);
    Names inner = Names.root();
    var inputs = new ArrayList<GraphInput>();
    for (Member input : graph.at("inputs").items()) {
      for (String name : ArgumentDecoder.outputs(input)) {
        inner.define(name, argument.path());
        inputs.add(new GraphInput(name, DType.FLOAT32, List.of()));
      }
    }
    decoder.calls(graph, inner);
    var returned = new ArgumentDecoder(inner, decoder::closed);
    var outputs = new LinkedHashMap<String, String>();
    for (Member output : graph.at("outputs").items()) {
      if (!(returned.decode(output) instanceof Argument.Reference reference)) {
        throw new UnsupportedModelException(
            output.path() + ": a branch that returns a constant is not supported");
      }
      outputs.put(Integer.toString(outputs.size()), reference.name());
    }
    var details = new GraphDetails(decoder.sizes, Map.of(), decoder.modules, null, null, limits);
    return new Argument.SubGraph(new Graph(inputs, outputs, decoder.nodes, Map.of(), Map.of(),
        new ModelState(Map.of(), Map.of()), details));
  }
}
