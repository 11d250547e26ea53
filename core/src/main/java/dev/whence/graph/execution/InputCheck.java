package dev.whence.graph.execution;

import dev.whence.graph.Extent;
import dev.whence.graph.Graph;
import dev.whence.graph.GraphInput;
import dev.whence.graph.ModelState;
import dev.whence.torch.Tensor;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** Compares what a caller gives with what a graph was exported for. */
final class InputCheck {
  private final Graph graph;

  InputCheck(Graph graph) {
    this.graph = graph;
  }

  void inputs(Map<String, Tensor> given) {
    var symbols = new HashMap<String, Long>();
    for (GraphInput input : graph.inputs()) {
      Tensor tensor = given.get(input.name());
      if (tensor == null) {
        throw new IllegalArgumentException(
            "input '" + input.name() + "' is missing; given: " + given.keySet() + ", needed: " + names());
      }
      input(input, tensor, symbols);
    }
    graph.inputs().forEach(input -> expressions(input, given.get(input.name()), symbols));
    if (given.size() > graph.inputs().size()) {
      throw new IllegalArgumentException("the model takes " + names() + ", got also "
          + given.keySet().stream().filter(name -> !names().contains(name)).toList());
    }
  }

  private List<String> names() {
    return graph.inputs().stream().map(GraphInput::name).toList();
  }

  private static void input(GraphInput input, Tensor tensor, Map<String, Long> symbols) {
    if (tensor.dtype() != input.dtype()) {
      throw new IllegalArgumentException(
          "input '" + input.name() + "' must be " + input.dtype() + ", got " + tensor);
    }
    long[] shape = tensor.shape();
    boolean fits = shape.length == input.shape().size();
    for (int axis = 0; fits && axis < shape.length; axis++) {
      fits = extent(input, axis, shape[axis], symbols);
    }
    if (!fits) {
      throw new IllegalArgumentException("input '" + input.name() + "' must have shape " + readable(input)
          + ", got " + Arrays.toString(shape) + hint(input, shape));
    }
  }

  private static String hint(GraphInput input, long[] shape) {
    boolean fixed = input.shape().stream().allMatch(Extent.Fixed.class::isInstance);
    return fixed && shape.length == input.shape().size()
        ? "; the model was exported for a fixed number of examples, export it with a dynamic batch as tools/export.py does"
        : "";
  }

  private static boolean extent(GraphInput input, int axis, long size, Map<String, Long> symbols) {
    return switch (input.shape().get(axis)) {
      case Extent.Fixed fixed -> fixed.size() == size;
      case Extent.Expression _ -> true;
      case Extent.Symbolic symbolic -> {
        // tracing takes 1 for a special case and so writes a least size of 2 (Dim.AUTO): one example is let through
        boolean alone = size == 1 && symbolic.minimum() == 2;
        if (!alone && (size < symbolic.minimum() || size > symbolic.maximum())) {
          throw new IllegalArgumentException(
              "input '" + input.name() + "', axis " + axis + ": size must be in ["
                  + symbolic.minimum() + ", " + symbolic.maximum() + "], got " + size
                  + "; the model was exported for these sizes only");
        }
        Long before = symbols.putIfAbsent(symbolic.symbol(), size);
        if (before != null && before != size) {
          throw new IllegalArgumentException(
              "input '" + input.name() + "', axis " + axis + ": size must be " + before
                  + " as in an earlier input, got " + size);
        }
        yield true;
      }
    };
  }

  /** Extents that follow from other inputs' sizes. */
  private static void expressions(GraphInput input, @Nullable Tensor given, Map<String, Long> symbols) {
    for (int axis = 0; axis < input.shape().size(); axis++) {
      if (given != null && input.shape().get(axis) instanceof Extent.Expression expression) {
        OptionalLong wanted = ExtentText.value(expression.text(), symbols);
        if (wanted.isPresent() && wanted.getAsLong() != given.size(axis)) {
          throw new IllegalArgumentException("input '" + input.name() + "', axis " + axis + ": size must be "
              + expression.text() + " = " + wanted.getAsLong() + ", got " + given.size(axis));
        }
      }
    }
  }

  private static String readable(GraphInput input) {
    return input.shape().stream().map(extent -> switch (extent) {
      case Extent.Fixed fixed -> Long.toString(fixed.size());
      case Extent.Symbolic symbolic -> symbolic.symbol();
      case Extent.Expression expression -> expression.text();
    }).toList().toString();
  }

  void state(ModelState state) {
    if (state == graph.state()) {
      return;
    }
    compare("parameter", graph.state().parameters(), state.parameters());
    compare("buffer", graph.state().buffers(), state.buffers());
  }

  private static void compare(String kind, Map<String, Tensor> wanted, Map<String, Tensor> given) {
    wanted.forEach((name, own) -> {
      Tensor other = given.get(name);
      if (other == null) {
        throw new IllegalArgumentException("the state has no " + kind + " '" + name + "'");
      }
      if (own.rank() != other.rank() || own.dtype() != other.dtype()
          || !Arrays.equals(own.shape(), other.shape())) {
        throw new IllegalArgumentException(kind + " '" + name + "' must be " + own + ", got " + other);
      }
    });
  }
}
