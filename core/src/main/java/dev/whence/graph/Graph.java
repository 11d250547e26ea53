package dev.whence.graph;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A model as a list of operator calls over named values. Immutable but for closing; safe for any thread. The graph
 * owns the numbers its file holds.
 */
public final class Graph implements AutoCloseable {
  private final List<GraphInput> inputs;
  private final Map<String, String> outputs;
  private final List<Node> nodes;
  private final Map<String, String> parameters;
  private final Map<String, String> buffers;
  private final ModelState state;

  /**
   * A graph of these parts.
   *
   * @param inputs what the caller gives, by graph name in order
   * @param outputs output name → name of the value it holds, in order
   * @param nodes in the order of execution
   * @param parameters graph name → parameter name; tied parameters share the first one's name
   * @param buffers graph name → buffer or constant name
   * @param state the file's numbers
   */
  public Graph(List<GraphInput> inputs, Map<String, String> outputs, List<Node> nodes,
      Map<String, String> parameters, Map<String, String> buffers, ModelState state) {
    this.inputs = List.copyOf(inputs);
    this.outputs = Collections.unmodifiableMap(new LinkedHashMap<>(outputs));
    this.nodes = List.copyOf(nodes);
    this.parameters = Collections.unmodifiableMap(new LinkedHashMap<>(parameters));
    this.buffers = Collections.unmodifiableMap(new LinkedHashMap<>(buffers));
    this.state = state;
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

  /** The calls in the order of execution. */
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

  /** Closes the file's numbers. */
  @Override
  public void close() {
    state.close();
  }
}
