package dev.whence.gradient;

import dev.whence.torch.Scope;
import dev.whence.torch.Tensor;
import java.util.Map;
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
  public Consumer<Tensor> capture(PlannedUse use, Pending pending, Scope scope) {
    String parameter = use.use().view().parameter();
    Pending.Prepared prepared = pending.prepare(projection(parameter));
    prepared.tensors().forEach(scope::adopt);
    return delta -> {
      add(parameter, 0, prepared.features().apply(delta));
      prepared.tensors().forEach(Tensor::close);
    };
  }

  /** Adds gradients that are written out, {@code [c, …shape]}, to the rows from that one on. */
  void add(String parameter, int row, WholeGradient gradient) {
    add(parameter, row, gradient.project(projection(parameter)));
  }

  private void add(String parameter, int row, Tensor features) {
    Tensor target = java.util.Objects.requireNonNull(targets.get(parameter), parameter)
        .slice(0, row, row + features.size(0));
    Tensor.call("aten::add_.Tensor", target, features.to(target.dtype()));
  }

  private Projection projection(String parameter) {
    return java.util.Objects.requireNonNull(projections.get(parameter), parameter);
  }
}
