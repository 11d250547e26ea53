package dev.whence.study;

import dev.whence.graph.Execution;
import dev.whence.graph.Graph;
import dev.whence.graph.ModelState;
import dev.whence.torch.Autograd;
import dev.whence.torch.Scope;
import dev.whence.torch.Tensor;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Gradients of a sample's losses by plain differentiation, one example after another. */
final class SampleTask {
  private SampleTask() {
  }

  /** Parameter → {@code [b, *shape]}, in the caller's scope; frozen and unreached parameters are zero. */
  static Map<String, Tensor> gradients(Graph graph, ModelSample sample) throws IOException {
    var leaves = new LinkedHashMap<String, Tensor>();
    graph.state().parameters()
        .forEach((name, tensor) -> leaves.put(name, tensor.dtype().isFloating() ? tensor.leaf() : tensor));
    var names = new ArrayList<String>();
    var wanted = new ArrayList<Tensor>();
    leaves.forEach((name, tensor) -> {
      if (tensor.requiresGrad()) {
        names.add(name);
        wanted.add(tensor);
      }
    });
    Map<String, Tensor> outputs = Execution.of(graph)
        .run(new ModelState(leaves, graph.state().buffers()), sample.inputs())
        .outputs();
    Tensor losses = sample.loss().perExample(Objects.requireNonNull(outputs.get(sample.logits())),
        sample.labels());
    var rows = new ArrayList<List<Tensor>>();
    for (int example = 0; example < sample.examples(); example++) {
      try (var scope = Scope.open()) {
        List<Tensor> found = Autograd.gradient(List.of(losses.select(0, example)), wanted,
            Autograd.Options.KEEP);
        found.forEach(scope::keep);
        rows.add(found);
      }
    }
    var gradients = new LinkedHashMap<String, Tensor>();
    for (int i = 0; i < names.size(); i++) {
      int parameter = i;
      gradients.put(names.get(i), Tensor.stack(rows.stream().map(row -> row.get(parameter)).toList(), 0));
    }
    return gradients;
  }
}
