package dev.whence.gradient;

import dev.whence.data.Batch;
import dev.whence.graph.ModelState;
import dev.whence.torch.DType;
import dev.whence.torch.Scope;
import dev.whence.torch.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;

/**
 * Turns examples into the random projections of their gradients: all parameters' columns side by side, or added up where
 * the projection shares its columns. A layer's inputs are projected in the forward pass and its output gradients in the
 * backward pass, as soon as they appear, so that neither is kept. Safe for several threads; the caller closes it.
 */
public final class Featurizer implements AutoCloseable {
  private final ExampleGradients gradients;
  private final Map<String, Projection> projections = new LinkedHashMap<>();
  private final Map<String, Integer> offsets = new LinkedHashMap<>();
  private final int columns;

  /** Features of the gradients under that projection. */
  public Featurizer(ExampleGradients gradients, ProjectionSpec spec) {
    this.gradients = gradients;
    int next = 0;
    for (String name : gradients.parameters()) {
      Tensor parameter = java.util.Objects
          .requireNonNull(gradients.model().graph().state().parameters().get(name));
      List<Long> shape = LongStream.of(parameter.shape()).boxed().toList();
      DType dtype = parameter.dtype() == DType.FLOAT64 ? DType.FLOAT64 : DType.FLOAT32;
      projections.put(name, spec.projection(name, shape, dtype));
      offsets.put(name, spec.kind().isShared() ? 0 : next);
      next = spec.kind().isShared() ? spec.columns(shape) : Math.addExact(next, spec.columns(shape));
    }
    this.columns = next;
  }

  /** Columns of a feature row, k. */
  public int columns() {
    return columns;
  }

  /**
   * The examples' features, one row each in the batch's order. Rows do not depend on the other examples but for rounding.
   *
   * @return {@code [b, k]}, FLOAT32, in the caller's scope
   * @throws ArithmeticException naming the row if a feature is infinite or not a number
   */
  public Tensor features(ModelState state, Batch batch) {
    if (gradients.slow().needsTwo() && batch.size() == 1) {
      return features(state, batch.select(0, 0)).slice(0, 0, 1);
    }
    try (var scope = Scope.open()) {
      GradientPlan plan = gradients.plan();
      Tensor all = Tensor.zeros(DType.FLOAT32, batch.size(), columns);
      var targets = new LinkedHashMap<String, Tensor>();
      projections.forEach((name, projection) -> {
        int first = java.util.Objects.requireNonNull(offsets.get(name));
        targets.put(name, all.slice(1, first, (long) first + projection.columns()));
      });
      var collector = new FeatureCollector(projections, targets);
      gradients.pass(state, batch, collector).close();
      if (!plan.slow().isEmpty()) {
        slow(new ArrayList<>(plan.slow().keySet()), state, batch, collector);
      }
      requireFinite(all, batch);
      return scope.keep(all);
    }
  }

  private void slow(List<String> names, ModelState state, Batch batch, FeatureCollector collector) {
    for (int i = 0; i < batch.size(); i++) {
      try (var _ = Scope.open()) {
        int row = i;
        gradients.slow().gradients(state, batch, i, names)
            .forEach((name, gradient) -> collector.add(name, row,
                new WholeGradient(name, gradient.unsqueeze(0))));
      }
    }
  }

  private static void requireFinite(Tensor features, Batch batch) {
    // a sum that is finite has finite terms only; one that is not may just be too large
    if (Double.isFinite(features.sum().item())) {
      return;
    }
    for (int i = 0; i < batch.size(); i++) {
      if (!features.select(0, i).isFinite()) {
        throw new ArithmeticException("the gradient of row " + batch.rows()[i]
            + " is infinite or not a number; look at its values and at the model's outputs for it");
      }
    }
  }

  /** Frees the projections. */
  @Override
  public void close() {
    projections.values().forEach(Projection::close);
  }
}
