package dev.whence.graph.execution;

import dev.whence.graph.Node;
import dev.whence.run.Seeds;
import dev.whence.torch.Generator;

/** Random generators as a function of (seed, step, node). */
final class Draws {
  private Draws() {
  }

  /** The generator of a node in this run; the caller closes it. In evaluation it is the same in every run. */
  static Generator of(Frame frame, Node node) {
    return new Generator(switch (frame.mode) {
      case Mode.Training training -> Seeds.derive(training.seed(), training.step(), node.index());
      case Mode.Evaluation _ -> Seeds.derive(0, node.index());
    });
  }
}
