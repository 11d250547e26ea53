package dev.whence.gradient;

import dev.whence.data.Batch;
import dev.whence.graph.Extent;
import dev.whence.graph.Graph;
import dev.whence.graph.ModelState;
import dev.whence.graph.execution.BackwardFault;
import dev.whence.graph.execution.Execution;
import dev.whence.graph.execution.Mode;
import dev.whence.torch.Autograd;
import dev.whence.torch.Scope;
import dev.whence.torch.Tensor;
import dev.whence.torch.TorchException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** One forward and one backward pass for one example alone, for parameters without a fast gradient. */
final class SlowPass {
  private final Model model;
  private final Execution execution;
  private final boolean needsTwo;

  SlowPass(Model model) {
    this.model = model;
    this.execution = Execution.of(model.graph());
    this.needsTwo = model.graph().inputs().stream().flatMap(input -> input.shape().stream())
        .anyMatch(extent -> extent instanceof Extent.Symbolic symbol && symbol.minimum() == 2);
  }

  /** The graph as it is. */
  Graph graph() {
    return model.graph();
  }

  /** Whether the graph was traced for two examples or more. */
  boolean needsTwo() {
    return needsTwo;
  }

  /** Gradients of that example's number with respect to the parameters, each of its parameter's shape, in the caller's scope. */
  Map<String, Tensor> gradients(ModelState state, Batch batch, int example, Collection<String> names) {
    try (var scope = Scope.open(); var _ = Autograd.on()) {
      var parameters = new LinkedHashMap<String, Tensor>();
      state.parameters().forEach((name, tensor) -> parameters.put(name, tensor.detach()));
      names.forEach(name -> parameters.computeIfPresent(name, (_, tensor) -> tensor.leaf()));
      List<Tensor> leaves = names.stream().map(parameters::get).map(java.util.Objects::requireNonNull)
          .toList();
      // a graph that was traced for two examples or more is given the same one twice
      Batch alone = needsTwo ? batch.select(example, example) : batch.select(example);
      var leafed = new ModelState(parameters, state.buffers());
      Map<String, Tensor> inputs = model.inputs().apply(alone);
      var result = execution.run(leafed, inputs);
      Tensor value = model.quantity().perExample(result.outputs(), alone).select(0, 0);
      var found = new LinkedHashMap<String, Tensor>();
      List<Tensor> gradients = value.requiresGrad()
          ? gradients(value, leaves, leafed, inputs)
          : new ArrayList<>(leaves.stream().map(Tensor::zerosLike).toList());
      int i = 0;
      for (String name : names) {
        found.put(name, scope.keep(Call.widened(gradients.get(i++))));
      }
      return found;
    }
  }

  private List<Tensor> gradients(Tensor value, List<Tensor> leaves, ModelState state,
      Map<String, Tensor> inputs) {
    try {
      return Autograd.gradient(List.of(value), leaves);
    } catch (TorchException e) {
      throw BackwardFault.placed(e, model.graph(), Mode.EVALUATION, state, inputs);
    }
  }
}
