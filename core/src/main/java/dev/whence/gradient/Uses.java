package dev.whence.gradient;

import dev.whence.gradient.ParameterView.Form;
import dev.whence.graph.Graph;
import dev.whence.graph.Node;
import dev.whence.torch.Tensor;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Where each parameter enters a graph, looking through views that only reshape or transpose it. */
final class Uses {
  private static final Set<String> RESHAPES = Set.of("aten::view", "aten::reshape", "aten::unsqueeze",
      "aten::squeeze", "aten::flatten", "aten::unflatten", "aten::_unsafe_view");
  private static final Set<String> COPIES = Set.of("aten::contiguous", "aten::clone", "aten::alias");

  private final Map<String, ParameterView> views = new HashMap<>();
  private final Map<String, List<Use>> uses = new LinkedHashMap<>();
  /** Of the regions around a node whether gradients are recorded there. */
  private final Deque<Boolean> recording = new ArrayDeque<>();

  private Uses(Graph graph) {
    graph.parameters().forEach((value, name) -> {
      Tensor tensor = graph.state().parameters().get(name);
      if (tensor != null && tensor.dtype().isFloating()) {
        views.put(value, new ParameterView(name, Arrays.stream(tensor.shape()).boxed().toList(), Form.SAME));
      }
    });
    graph.nodes().forEach(this::visit);
  }

  /** Parameter name → its uses, in the graph's order; parameters that nothing reads are absent. */
  static Map<String, List<Use>> of(Graph graph) {
    return new Uses(graph).uses;
  }

  private void visit(Node node) {
    switch (node.target()) {
      case "whence::grad_mode" -> recording.push(node.literal("0").equals(Optional.of(true)));
      case "whence::grad_mode_leave" -> recording.pop();
      default -> {
        // where nothing is recorded, a parameter that is overwritten is still the parameter
        boolean records = !Boolean.FALSE.equals(recording.peek()) || node.operator().endsWith("_");
        if (records && !node.target().startsWith("aten::_assert")) {
          use(node);
        }
      }
    }
  }

  private void use(Node node) {
    node.arguments().forEach((argument, given) -> {
      for (String value : given.reads()) {
        ParameterView view = views.get(value);
        if (view == null) {
          continue;
        }
        Form form = form(node, argument, view);
        if (form != null) {
          views.put(node.outputs().getFirst(), view.as(form));
        } else {
          uses.computeIfAbsent(view.parameter(), _ -> new ArrayList<>()).add(new Use(view, node, argument));
        }
      }
    });
  }

  /** How the node's output shows the parameter, or null if it computes something else. */
  private static @org.jspecify.annotations.Nullable Form form(Node node, String argument,
      ParameterView view) {
    if (!argument.equals("self") || node.outputs().size() != 1) {
      return null;
    }
    String operator = node.operator();
    if (COPIES.contains(operator)) {
      return view.form();
    }
    if (RESHAPES.contains(operator)) {
      return view.form() == Form.TRANSPOSED ? null : Form.RESHAPED;
    }
    if (view.shape().size() != 2 || view.form() == Form.RESHAPED || !transposes(node, operator)) {
      return null;
    }
    return view.form() == Form.SAME ? Form.TRANSPOSED : Form.SAME;
  }

  private static boolean transposes(Node node, String operator) {
    return switch (operator) {
      case "aten::t", "aten::numpy_T" -> true;
      case "aten::transpose" -> !node.literal("dim0").equals(node.literal("dim1"));
      case "aten::permute" -> node.literal("dims").equals(Optional.of(List.of(1L, 0L)));
      default -> false;
    };
  }
}
