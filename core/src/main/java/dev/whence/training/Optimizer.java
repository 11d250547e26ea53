package dev.whence.training;

import dev.whence.torch.Tensor;
import java.util.List;
import java.util.Map;

/**
 * One update of the parameters: a pure function composed of libtorch's operators, so that it can be recorded and
 * differentiated, twice too. It works on all parameters laid end to end, a handful of calls however many there are.
 * Implementations are records, safe for any thread.
 */
public interface Optimizer {
  /** Names of the vectors kept from step to step beside the parameters, in PyTorch's words; each starts at zero. */
  List<String> moments();

  /**
   * The vectors after one update; nothing given is changed.
   *
   * @param before parameters and moments, {@code [p]} each
   * @param gradient of the mean loss, {@code [p]}
   * @param step number of updates already made
   * @param learningRate the step's rate
   */
  Vectors update(Vectors before, Tensor gradient, long step, double learningRate);

  /**
   * The state after one update, in the caller's scope; its buffers are the given state's.
   *
   * @param gradients by parameter name, shaped as the parameters
   * @throws IllegalArgumentException if a parameter has no gradient or one of another shape
   */
  default TrainingState step(TrainingState state, Map<String, Tensor> gradients, double learningRate) {
    return state.updated(this, state.layout().flatten(gradients), state.buffers(), learningRate);
  }

  /**
   * Parameters and moments as vectors.
   *
   * @param parameters all trained numbers, {@code [p]}
   * @param moments by the names of {@link #moments}, {@code [p]} each
   */
  record Vectors(Tensor parameters, Map<String, Tensor> moments) {
    /** Copies the map. */
    public Vectors {
      moments = Map.copyOf(moments);
    }

    /** The named moment. @throws IllegalArgumentException if it is missing */
    public Tensor moment(String name) {
      Tensor found = moments.get(name);
      if (found == null) {
        throw new IllegalArgumentException(
            "the optimizer needs the moment '" + name + "'; the state has " + moments.keySet());
      }
      return found;
    }
  }
}
