package dev.whence.gradient;

import dev.whence.graph.Graph;
import dev.whence.graph.Node;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Of a graph's embeddings the addition that is the only reader of each; found in one walk over the calls. */
final class Additions {
  private final Set<String> outputs;
  private final Map<String, Node> readers = new HashMap<>();
  private final Set<String> readTwice = new HashSet<>();

  Additions(Graph graph) {
    this.outputs = Set.copyOf(graph.outputValues().values());
    for (Node node : graph.nodes()) {
      for (String value : Set.copyOf(node.reads())) {
        if (readers.putIfAbsent(value, node) != null) {
          readTwice.add(value);
        }
      }
    }
  }

  /** The addition that alone reads the embedding's output; empty where there is none, or the node is no embedding. */
  Optional<Node> after(Node node) {
    if (node.outputs().size() != 1 || !node.operator().equals("aten::embedding")) {
      return Optional.empty();
    }
    String value = node.outputs().getFirst();
    Node reader = readers.get(value);
    boolean adds = reader != null && !readTwice.contains(value) && !outputs.contains(value)
        && (reader.target().equals("aten::add.Tensor") || reader.target().equals("aten::add_.Tensor"))
        && !reader.arguments().containsKey("alpha");
    return adds ? Optional.ofNullable(reader) : Optional.empty();
  }
}
