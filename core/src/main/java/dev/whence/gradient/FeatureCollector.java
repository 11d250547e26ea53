package dev.whence.gradient;

import dev.whence.gradient.factor.WholeGradient;
import dev.whence.gradient.projection.Projection;
import dev.whence.torch.Scope;
import dev.whence.torch.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;

/**
 * Adds each use's projected gradients to its parameter's columns.
 *
 * @param projections by parameter
 * @param targets {@code [b, k]} by parameter, written into
 */
record FeatureCollector(Map<String, Projection> projections, Map<String, Tensor> targets)
    implements
      Collector {
  /** Copies. */
  FeatureCollector {
    projections = Map.copyOf(projections);
    targets = Map.copyOf(targets);
  }

  @Override
  public Consumer<Tensor> capture(List<Captured> together, Scope scope) {
    var receivers = new ArrayList<Consumer<Tensor>>();
    for (Captured one : together) {
      Pending.Prepared prepared = one.pending().prepare(projection(one.parameter()));
      prepared.tensors().forEach(scope::adopt);
      receivers.add(delta -> {
        add(one.parameter(), 0, prepared.features().apply(delta));
        prepared.tensors().forEach(Tensor::close);
      });
    }
    return delta -> receivers.forEach(receiver -> receiver.accept(delta));
  }

  /** Adds gradients that are written out, {@code [c, …shape]}, to the rows from that one on. */
  void add(String parameter, int row, WholeGradient gradient) {
    add(parameter, row, gradient.project(projection(parameter)));
  }

  private void add(String parameter, int row, Tensor features) {
    Tensor all = Objects.requireNonNull(targets.get(parameter), parameter);
    Tensor target = features.size(0) == all.size(0) ? all : all.slice(0, row, row + features.size(0));
    Tensor.call("aten::add_.Tensor", target, features.to(target.dtype()));
  }

  private Projection projection(String parameter) {
    return Objects.requireNonNull(projections.get(parameter), parameter);
  }
}
