package dev.whence.gradient;

import dev.whence.data.Batch;
import dev.whence.gradient.factor.WholeGradient;
import dev.whence.gradient.projection.Projection;
import dev.whence.gradient.projection.ProjectionSpec;
import dev.whence.graph.ModelState;
import dev.whence.task.Quantity;
import dev.whence.torch.DType;
import dev.whence.torch.Scope;
import dev.whence.torch.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
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
    var shapes = new LinkedHashMap<String, List<Long>>();
    gradients.parameters()
        .forEach(name -> shapes.put(name, LongStream.of(parameter(name).shape()).boxed().toList()));
    Map<String, ProjectionSpec> own = spec.over(shapes);
    int next = 0;
    for (Map.Entry<String, List<Long>> each : shapes.entrySet()) {
      ProjectionSpec one = java.util.Objects.requireNonNull(own.get(each.getKey()));
      DType dtype = parameter(each.getKey()).dtype() == DType.FLOAT64 ? DType.FLOAT64 : DType.FLOAT32;
      Projection projection = one.projection(each.getKey(), each.getValue(), dtype);
      projections.put(each.getKey(), projection);
      offsets.put(each.getKey(), spec.kind().isShared() ? 0 : next);
      next = spec.kind().isShared() ? projection.columns() : Math.addExact(next, projection.columns());
    }
    this.columns = next;
  }

  private Tensor parameter(String name) {
    return java.util.Objects.requireNonNull(gradients.model().graph().state().parameters().get(name));
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
    return rows(state, enough(batch), columns, (_, _) -> {
    }).slice(0, 0, batch.size());
  }

  /**
   * As {@link #features(ModelState, Batch)}, with another number of each example in a last column, from the same run.
   *
   * @param beside the other number, of the model's outputs
   * @return {@code [b, k + 1]}
   */
  public Tensor features(ModelState state, Batch batch, Quantity beside) {
    Batch some = enough(batch);
    return rows(state, some, columns + 1, (all, outputs) -> {
      try (var _ = Scope.open()) {
        all.select(1, columns).copyFrom(beside.perExample(outputs, some));
      }
    }).slice(0, 0, batch.size());
  }

  /** A lone example twice where the graph was traced for two or more. */
  private Batch enough(Batch batch) {
    return gradients.slow().needsTwo() && batch.size() == 1 ? batch.select(0, 0) : batch;
  }

  private Tensor rows(ModelState state, Batch batch, int width,
      BiConsumer<Tensor, Map<String, Tensor>> beside) {
    try (var scope = Scope.open()) {
      Tensor all = Tensor.zeros(DType.FLOAT32, batch.size(), width);
      var targets = new LinkedHashMap<String, Tensor>();
      projections.forEach((name, projection) -> {
        int first = java.util.Objects.requireNonNull(offsets.get(name));
        targets.put(name, all.slice(1, first, (long) first + projection.columns()));
      });
      var collector = new FeatureCollector(projections, targets);
      gradients.pass(state, batch, collector, outputs -> beside.accept(all, outputs)).close();
      Set<String> slow = gradients.plan().slow().keySet();
      if (!slow.isEmpty()) {
        slow(new ArrayList<>(slow), state, batch, collector);
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
