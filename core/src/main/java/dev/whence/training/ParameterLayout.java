package dev.whence.training;

import dev.whence.torch.DType;
import dev.whence.torch.Operator;
import dev.whence.torch.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Where each trained parameter lies in the vector of all of them. Immutable; safe for any thread.
 *
 * <p>One vector makes an update a handful of operator calls; the views are differentiable, and a gradient with respect to the vector is
 * one concatenation.
 */
public final class ParameterLayout {
  private static final Operator SPLIT = Operator.of("aten::split_with_sizes");

  private final Map<String, long[]> shapes;
  private final long[] sizes;
  private final DType dtype;

  private ParameterLayout(Map<String, long[]> shapes, DType dtype) {
    this.shapes = shapes;
    this.sizes = shapes.values().stream()
        .mapToLong(shape -> Arrays.stream(shape).reduce(1, Math::multiplyExact))
        .toArray();
    this.dtype = dtype;
  }

  /**
   * The layout of these parameters, in their order.
   *
   * @throws IllegalArgumentException unless there is at least one and all have the same floating type
   */
  static ParameterLayout of(Map<String, Tensor> parameters) {
    if (parameters.isEmpty()) {
      throw new IllegalArgumentException("the model has no parameter of a floating type, nothing to train");
    }
    DType dtype = parameters.values().iterator().next().dtype();
    var shapes = new LinkedHashMap<String, long[]>();
    parameters.forEach((name, tensor) -> {
      if (tensor.dtype() != dtype) {
        throw new IllegalArgumentException("all parameters must have one type to be trained, got " + dtype
            + " and, for '" + name + "', " + tensor.dtype() + "; convert the model before exporting it");
      }
      shapes.put(name, tensor.shape());
    });
    return new ParameterLayout(shapes, dtype);
  }

  /** Names in order. */
  public List<String> names() {
    return List.copyOf(shapes.keySet());
  }

  /** Number of trained numbers, p. */
  public long size() {
    return Arrays.stream(sizes).sum();
  }

  /** Their type. */
  public DType dtype() {
    return dtype;
  }

  /**
   * One tensor a parameter laid end to end, {@code [p]}, in the caller's scope; differentiable.
   *
   * @throws IllegalArgumentException naming a parameter that is missing or has another shape
   */
  public Tensor flatten(Map<String, Tensor> values) {
    var flat = new ArrayList<Tensor>(sizes.length);
    shapes.forEach((name, shape) -> {
      Tensor value = values.get(name);
      if (value == null) {
        throw new IllegalArgumentException("no value for parameter '" + name + "'");
      }
      if (!Arrays.equals(value.shape(), shape)) {
        throw new IllegalArgumentException("parameter '" + name + "' has shape " + Arrays.toString(shape)
            + ", got " + Arrays.toString(value.shape()));
      }
      flat.add(value.reshape(-1));
    });
    return Tensor.concatenate(flat, 0);
  }

  /** The vector's parts under the parameters' shapes: views in the caller's scope, by name; differentiable. */
  public Map<String, Tensor> views(Tensor vector) {
    var parts = (List<?>) java.util.Objects.requireNonNull(SPLIT.call(vector, sizes, 0).getFirst());
    var views = new LinkedHashMap<String, Tensor>();
    int index = 0;
    for (var entry : shapes.entrySet()) {
      var part = (Tensor) java.util.Objects.requireNonNull(parts.get(index++));
      views.put(entry.getKey(),
          entry.getValue().length == 1 ? part : Tensor.call("aten::view", part, entry.getValue()));
    }
    return Collections.unmodifiableMap(views);
  }
}
