package dev.whence.graph.execution;

import dev.whence.graph.Graph;
import dev.whence.graph.ModelState;
import dev.whence.graph.Node;
import dev.whence.torch.Autograd;
import dev.whence.torch.Scope;
import dev.whence.torch.Tensor;
import dev.whence.torch.TorchException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Looks for the node whose derivative libtorch refuses: what goes wrong on the way back names no place of its own. */
public final class BackwardFault {
  private BackwardFault() {
  }

  /**
   * The failure with the node in front, if the derivative of one node alone fails too; else as it was. Runs the graph once
   * more, and differentiates its nodes one by one from the last.
   *
   * @param state with the leaves that were differentiated by
   */
  public static TorchException placed(TorchException failure, Graph graph, Mode mode, ModelState state,
      Map<String, Tensor> inputs) {
    try (var _ = Scope.open(); var _ = Autograd.on()) {
      var seen = new ArrayList<Step>();
      Set<Integer> hidden = Execution.hidden(graph);
      var taps = new HashMap<Integer, Tap>();
      var recorder = new Recorder(seen);
      graph.nodes().stream().filter(node -> !hidden.contains(node.index()))
          .forEach(node -> taps.put(node.index(), recorder));
      Execution.of(graph).with(mode).with(taps).run(state, inputs);
      for (Step step : seen.reversed()) {
        if (step.fails()) {
          return failure.at("the derivative of " + step.node.describe());
        }
      }
    } catch (TorchException | IllegalStateException | IllegalArgumentException again) {
      failure.addSuppressed(again);
    }
    return failure;
  }

  private record Recorder(List<Step> seen) implements Tap {
    @Override
    public void observe(Node node, List<@Nullable Object> arguments, List<@Nullable Object> outputs) {
      seen.add(new Step(node, recorded(arguments), recorded(outputs)));
    }
  }

  /** One node with the tensors around it that carry derivatives. */
  private record Step(Node node, List<Tensor> given, List<Tensor> made) {
    boolean fails() {
      if (given.isEmpty() || made.isEmpty()) {
        return false;
      }
      try (var _ = Scope.open()) {
        Autograd.vectorJacobian(made, List.of(), given, Autograd.Options.KEEP);
        return false;
      } catch (TorchException _) {
        return true;
      }
    }
  }

  private static List<Tensor> recorded(List<@Nullable Object> values) {
    return values.stream().flatMap(BackwardFault::tensors).filter(Tensor::requiresGrad).toList();
  }

  private static Stream<Tensor> tensors(@Nullable Object value) {
    return switch (value) {
      case Tensor tensor -> Stream.of(tensor);
      case List<?> list -> list.stream().flatMap(BackwardFault::tensors);
      case null, default -> Stream.empty();
    };
  }
}
