package dev.whence.graph.execution;

import dev.whence.graph.Node;
import dev.whence.torch.Autocast;
import dev.whence.torch.DType;
import dev.whence.torch.Tensor;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Calls that are no ATen operators: modes that begin and end, branches, arithmetic on sizes. */
final class ControlKernels {
  private ControlKernels() {
  }

  static Kernel of(Node node, boolean training) {
    return switch (node.target()) {
      case "whence::grad_mode" -> (frame, _, arguments) -> {
        frame.enterGradMode(Boolean.TRUE.equals(arguments[0]));
        return List.of();
      };
      case "whence::autocast" -> (frame, call, arguments) -> {
        autocast(frame, call.node, arguments);
        return List.of();
      };
      case "whence::grad_mode_leave", "whence::autocast_leave" -> (frame, _, _) -> {
        frame.leave();
        return List.of();
      };
      case "higher_order::cond" -> ControlKernels::cond;
      default -> ScalarKernels.of(node);
    };
  }

  private static void autocast(Frame frame, Node node, @Nullable Object[] arguments) {
    boolean here = "cpu".equals(arguments[0]);
    boolean enabled = Boolean.TRUE.equals(arguments[2]);
    if (here && enabled && arguments[1] instanceof DType dtype) {
      frame.enter(Autocast.on(dtype));
    } else if (here && enabled) {
      throw new UnsupportedModeException(node.describe() + " computes in an unknown precision");
    } else {
      frame.enter(Autocast.off());
    }
  }

  /** Arguments: predicate, plan if true, plan if false, operands. */
  private static List<? extends @Nullable Object> cond(Frame frame, Instruction call,
      @Nullable Object[] arguments) {
    boolean chosen = switch (arguments[0]) {
      case Tensor tensor -> tensor.item() != 0;
      case Boolean flag -> flag;
      case null, default -> throw new IllegalArgumentException(call.node.describe() + " has no predicate");
    };
    if (!(arguments[chosen ? 1 : 2] instanceof Plan branch) || !(arguments[3] instanceof List<?> operands)
        || operands.size() != branch.inputs().size()) {
      throw new IllegalArgumentException(call.node.describe() + " has no branches that fit its operands");
    }
    try (var inner = new Frame(branch.slots(), nested(frame.mode, call.node), Hooks.NONE,
        frame.recording(), frame.budget)) {
      int i = 0;
      for (int slot : branch.inputs().values()) {
        inner.slots[slot] = operands.get(i++);
      }
      Execution.run(branch, inner);
      var results = new ArrayList<@Nullable Object>();
      branch.outputs().values()
          .forEach(slot -> results.add(Tensor.call("aten::alias", Execution.own(branch, inner, slot))));
      return results;
    }
  }

  /** A branch draws other numbers than the graph around it. */
  private static Mode nested(Mode mode, Node node) {
    return switch (mode) {
      case Mode.Training training -> new Mode.Training(
          dev.whence.run.Seeds.derive(training.seed(), training.step(), node.index()), training.step());
      case Mode.Evaluation evaluation -> evaluation;
    };
  }
}
