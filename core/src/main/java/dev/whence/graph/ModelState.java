package dev.whence.graph;

import dev.whence.run.Fingerprint;
import dev.whence.run.Once;
import dev.whence.torch.Scope;
import dev.whence.torch.Tensor;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The numbers a graph runs on: parameters and buffers by their names in the model, tied parameters once under their
 * first name. The caller who made it closes it; whoever is handed one borrows it. Tensors are never written after
 * construction, so a state may be read by several threads.
 */
public final class ModelState implements AutoCloseable {
  private final Map<String, Tensor> parameters;
  private final Map<String, Tensor> buffers;
  private final Once<Fingerprint> fingerprint = Once.of(() -> GraphDigest.of(this));

  /**
   * Borrows the tensors until {@link #close}, which closes them; nobody may write into them any more, since what was computed from
   * a state is known by its fingerprint. Iteration order is kept.
   */
  public ModelState(Map<String, Tensor> parameters, Map<String, Tensor> buffers) {
    this.parameters = Collections.unmodifiableMap(new LinkedHashMap<>(parameters));
    this.buffers = Collections.unmodifiableMap(new LinkedHashMap<>(buffers));
  }

  /** Trained numbers by name, in the model's order. */
  public Map<String, Tensor> parameters() {
    return parameters;
  }

  /** Numbers that are not trained, such as running statistics, by name. */
  public Map<String, Tensor> buffers() {
    return buffers;
  }

  /** A digest of names, types, shapes and values, in order; worked out once. */
  public Fingerprint fingerprint() {
    return fingerprint.get();
  }

  /**
   * The names of the parameters that hold a NaN or infinite number, and of the buffers that hold a NaN: an infinite number in
   * a buffer may be meant, as in a mask.
   */
  public List<String> notFinite() {
    var names = new ArrayList<String>();
    try (var _ = Scope.open()) {
      parameters.forEach((name, tensor) -> {
        if (!tensor.isFinite()) {
          names.add(name);
        }
      });
      buffers.forEach((name, tensor) -> {
        if (tensor.dtype().isFloating()
            && Tensor.call("aten::any", Tensor.call("aten::isnan", tensor)).item() != 0) {
          names.add(name);
        }
      });
    }
    return names;
  }

  /** The parameter of that name. @throws IllegalArgumentException if there is none */
  public Tensor parameter(String name) {
    return named("parameter", parameters, name);
  }

  /** The buffer of that name. @throws IllegalArgumentException if there is none */
  public Tensor buffer(String name) {
    return named("buffer", buffers, name);
  }

  private static Tensor named(String kind, Map<String, Tensor> tensors, String name) {
    Tensor found = tensors.get(name);
    if (found == null) {
      throw new IllegalArgumentException(
          "the state has no " + kind + " '" + name + "'; known: " + tensors.keySet());
    }
    return found;
  }

  /** A copy whose tensors have memory of their own, outside every scope; the caller closes it. */
  public ModelState copy() {
    return new ModelState(copyOf(parameters), copyOf(buffers));
  }

  private static Map<String, Tensor> copyOf(Map<String, Tensor> tensors) {
    var copies = new LinkedHashMap<String, Tensor>();
    tensors.forEach((name, tensor) -> copies.put(name, Scope.release(tensor.detach().copy())));
    return copies;
  }

  /** Closes all tensors. */
  @Override
  public void close() {
    parameters.values().forEach(Tensor::close);
    buffers.values().forEach(Tensor::close);
  }
}
