package dev.whence.graph;

import dev.whence.run.Fingerprint;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/**
 * A model as a list of operator calls over named values. What it computes never changes; it owns the numbers its file holds,
 * until it is closed, and carries a list of what users were warned of. Safe for any thread.
 */
public final class Graph implements AutoCloseable {
  private final List<GraphInput> inputs;
  private final Map<String, String> outputs;
  private final List<Node> nodes;
  private final Map<String, String> parameters;
  private final Map<String, String> buffers;
  private final ModelState state;
  private final GraphDetails details;
  private final Warnings warnings = new Warnings();
  private final Map<Class<?>, Object> derived = new ConcurrentHashMap<>();

  /** A graph of these parts about which nothing more is known. */
  public Graph(List<GraphInput> inputs, Map<String, String> outputs, List<Node> nodes,
      Map<String, String> parameters, Map<String, String> buffers, ModelState state) {
    this(inputs, outputs, nodes, parameters, buffers, state, GraphDetails.NONE);
  }

  /**
   * A graph of these parts.
   *
   * @param inputs what the caller gives, by graph name in order
   * @param outputs output name → name of the value it holds, in order
   * @param nodes in the order of execution
   * @param parameters graph name → parameter name; tied parameters share the first one's name
   * @param buffers graph name → buffer or constant name
   * @param state the file's numbers
   * @param details what else the file tells
   */
  public Graph(List<GraphInput> inputs, Map<String, String> outputs, List<Node> nodes,
      Map<String, String> parameters, Map<String, String> buffers, ModelState state, GraphDetails details) {
    this.inputs = List.copyOf(inputs);
    this.outputs = Collections.unmodifiableMap(new LinkedHashMap<>(outputs));
    this.nodes = List.copyOf(nodes);
    this.parameters = Collections.unmodifiableMap(new LinkedHashMap<>(parameters));
    this.buffers = Collections.unmodifiableMap(new LinkedHashMap<>(buffers));
    this.state = Objects.requireNonNull(state);
    this.details = Objects.requireNonNull(details);
  }

  /** What the caller gives, in order. */
  public List<GraphInput> inputs() {
    return inputs;
  }

  /** Names of the outputs, in order. */
  public List<String> outputs() {
    return List.copyOf(outputs.keySet());
  }

  /** Output name → name of the value it holds. */
  public Map<String, String> outputValues() {
    return outputs;
  }

  /** The calls in the order of execution; calls of sub-graphs that always run stand among them. */
  public List<Node> nodes() {
    return nodes;
  }

  /** The parameter a graph name stands for, or empty. */
  public Optional<String> parameter(String value) {
    return Optional.ofNullable(parameters.get(value));
  }

  /** Graph name → parameter name. */
  public Map<String, String> parameters() {
    return parameters;
  }

  /** Graph name → buffer or constant name. */
  public Map<String, String> buffers() {
    return buffers;
  }

  /** The numbers the file holds; borrowed. */
  public ModelState state() {
    return state;
  }

  /** What else the file tells: sizes of values, module types, buffers that change, the exporter's record. */
  public GraphDetails details() {
    return details;
  }

  /**
   * The extents a value had when the model was traced, one an axis, with symbols where the caller decides; empty where
   * the file does not tell, as for numbers.
   */
  public Optional<List<Extent>> sizes(String value) {
    return Optional.ofNullable(details.sizes().get(value));
  }

  /** What {@code tools/export.py} wrote into the file, or empty. */
  public Optional<ExportRecord> notes() {
    return details.record();
  }

  /** The nodes that read the parameter under any of its graph names, in order; also inside sub-graphs given to a node. */
  public List<Node> uses(String parameter) {
    var found = new ArrayList<Node>();
    for (Node node : nodes) {
      boolean reads = node.reads().stream().anyMatch(value -> parameter.equals(parameters.get(value)));
      if (reads) {
        found.add(node);
      }
    }
    return List.copyOf(found);
  }

  /** A digest of structure and numbers: of the file it was read from, else of its parts, worked out once. */
  public Fingerprint fingerprint() {
    return details.fingerprint().orElseGet(() -> derived(Fingerprint.class, GraphDigest::of));
  }

  /** What users were warned of so far, where this model is concerned. */
  public Warnings warnings() {
    return warnings;
  }

  /**
   * What another room works out from a graph, such as a plan for running it: made when it is first asked for, and kept as long as
   * the graph. Two threads may make it at once; both get the same.
   *
   * @param kind whose it is: one per class
   * @param make from the graph alone
   */
  public <T> T derived(Class<T> kind, Function<Graph, T> make) {
    Object found = derived.get(kind);
    if (found == null) {
      T made = make.apply(this);
      Object earlier = derived.putIfAbsent(kind, made);
      found = earlier == null ? made : earlier;
    }
    return kind.cast(found);
  }

  /** Closes the file's numbers. */
  @Override
  public void close() {
    state.close();
  }
}
