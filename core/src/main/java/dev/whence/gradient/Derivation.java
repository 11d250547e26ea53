package dev.whence.gradient;

import dev.whence.graph.ModelState;
import dev.whence.graph.execution.Execution;
import dev.whence.torch.Autograd;
import dev.whence.torch.Scope;
import dev.whence.torch.Tensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * How a value follows from a parameter before any example comes in: a normalised weight, a slice of a packed one, a
 * table of biases.
 *
 * @param parameter the parameter
 * @param value the value's name in the graph
 * @param first the operator that takes the parameter
 * @param part the calls that compute the value; takes no input and returns it under its name
 */
record Derivation(String parameter, String value, String first, Execution part) {
  /**
   * The value with the recorded way it came from the parameter; both in the caller's scope.
   *
   * @param leaf the parameter
   * @param value what was computed from it
   */
  record Recorded(Tensor leaf, Tensor value) {
    /** From a gradient with respect to the value to that with respect to the parameter. */
    Tensor pull(Tensor gradient) {
      if (!value.requiresGrad()) {
        return leaf.detach().zerosLike(); // computed where the model records nothing
      }
      Tensor weight = gradient.reshape(value.shape()).to(value.dtype());
      return Autograd.vectorJacobian(List.of(value), List.of(weight), List.of(leaf), Autograd.Options.KEEP)
          .getFirst().orElseGet(leaf::zerosLike);
    }
  }

  /** Computes the value. */
  Recorded record(ModelState state) {
    try (var scope = Scope.open(); var _ = Autograd.on()) {
      var parameters = new LinkedHashMap<String, Tensor>();
      state.parameters().forEach((name, tensor) -> parameters.put(name, tensor.detach()));
      Tensor leaf = Objects.requireNonNull(parameters.get(parameter)).leaf();
      parameters.put(parameter, leaf);
      Tensor made = part.run(new ModelState(parameters, state.buffers()), Map.of()).output(value);
      return new Recorded(scope.keep(leaf), scope.keep(made));
    }
  }

  @Override
  public String toString() {
    return "behind " + first;
  }
}
