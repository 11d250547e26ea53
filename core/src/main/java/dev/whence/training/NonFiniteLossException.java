package dev.whence.training;

import java.util.List;

/** Training met a loss that is infinite or not a number; the message names step and examples. */
public final class NonFiniteLossException extends RuntimeException {
  private static final long serialVersionUID = 1L;
  private static final int SHOWN = 5;

  private final long step;
  private final transient List<String> examples;

  /**
   * A step that failed.
   *
   * @param step from 0
   * @param examples ids of the examples whose loss is not finite
   * @param learningRate the step's rate
   */
  public NonFiniteLossException(long step, List<String> examples, double learningRate) {
    super("the loss at step " + step + " is not finite for " + examples.size() + " examples: "
        + String.join(", ", examples.subList(0, Math.min(SHOWN, examples.size())))
        + (examples.size() > SHOWN ? ", …" : "")
        + "; look at these examples, or lower the learning-rate (now "
        + learningRate + ")");
    this.step = step;
    this.examples = List.copyOf(examples);
  }

  /** Parameters that became non-finite by the last step. */
  NonFiniteLossException(long step, double learningRate) {
    super("after step " + step + " parameters are not finite; lower the learning-rate (now " + learningRate
        + ")");
    this.step = step;
    this.examples = List.of();
  }

  /** The step, from 0. */
  public long step() {
    return step;
  }

  /** Ids of the examples; empty where the parameters themselves are not finite. */
  public List<String> examples() {
    return examples;
  }
}
