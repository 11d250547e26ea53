package dev.whence.training;

import dev.whence.data.Batch;

/**
 * What a listener sees of one step. States and batch are borrowed for the call and carry no history.
 *
 * @param index from 0
 * @param epoch the pass over the examples it belongs to, from 0
 * @param learningRate the step's rate
 * @param loss mean over the batch before the step, weighted: what the step descends
 * @param batch the examples, by their rows in the data set
 * @param before the state the gradient was taken at
 * @param after the state after the step
 */
public record Step(long index, long epoch, double learningRate, double loss, Batch batch,
    TrainingState before,
    TrainingState after) {
  /** Sees each step of a training run, on the thread that trains and in its scope. */
  @FunctionalInterface
  public interface Listener {
    /** Called after every step that was made. */
    void onStep(Step step);

    /** Looks at nothing. */
    Listener NONE = _ -> {
    };
  }
}
