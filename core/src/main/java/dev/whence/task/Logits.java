package dev.whence.task;

import dev.whence.graph.Ending;
import dev.whence.graph.Graph;
import java.util.Optional;

/**
 * Whether a model's output is what its loss takes it for. Log-probabilities serve as logits, since their log-softmax is
 * themselves; probabilities do not.
 */
public final class Logits {
  private Logits() {
  }

  /** What is wrong with taking the output for logits of the loss, with the way out; empty if nothing is seen. */
  public static Optional<String> doubt(Graph graph, String output, Loss loss) {
    boolean classes = loss instanceof CrossEntropy || loss instanceof NextToken;
    if (!classes && !(loss instanceof BinaryCrossEntropy)) {
      return Optional.empty();
    }
    return Ending.of(graph, output).flatMap(last -> switch (last) {
      case "softmax", "_softmax", "_safe_softmax" -> Optional.of("a softmax");
      case "sigmoid", "sigmoid_" -> Optional.of("a sigmoid");
      case "log_softmax", "_log_softmax" -> classes ? Optional.empty() : Optional.of("a log-softmax");
      case "log_sigmoid" -> Optional.of("a log-sigmoid");
      default -> Optional.empty();
    }).map(last -> "output '" + output + "' ends in " + last
        + ", but the loss takes it for logits: losses, gradients and"
        + " scores are those of another function; export the model without it (its logits), or say which output holds the"
        + " logits");
  }
}
