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
    String first = together.getFirst().parameter();
    return LinearPair.of(together, projection(first))
        .map(pair -> paired(pair, first, together.getLast(), scope))
        .orElseGet(() -> each(together, scope));
  }

  private Consumer<Tensor> paired(LinearPair pair, String weight, Captured bias, Scope scope) {
    scope.adopt(pair.known());
    return delta -> {
      Tensor products = pair.products(delta);
      add(weight, 0, pair.weight(products));
      add(bias.parameter(), 0, bias.use().use().view().whole(pair.bias(products)));
      pair.known().close();
    };
  }

  private Consumer<Tensor> each(List<Captured> together, Scope scope) {
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
