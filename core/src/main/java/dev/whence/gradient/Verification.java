package dev.whence.gradient;

import dev.whence.data.Batch;
import dev.whence.graph.ModelState;
import dev.whence.torch.DType;
import dev.whence.torch.Scope;
import dev.whence.torch.Tensor;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/**
 * Compares a plan's gradients with those of one backward pass an example, projected to a few columns. Where an example
 * lies in a merged axis, and whether other examples touch it, is found out here and nowhere else.
 */
final class Verification {
  /** Rounding of sums over many steps in single precision, relative to the parameter's largest entry. */
  private static final double SINGLE = 1e-3;
  /** Two decimal digits and a half are all half precision has. */
  private static final double HALF = 5e-2;
  /** Gradients that are zero but for rounding, as of a key's bias in attention, relative to all parameters'. */
  private static final double FLOOR = 1e-6;

  private final Model model;
  private final SlowPass slow;
  private final ModelState state;
  private final Batch batch;
  private final Map<String, Tensor> expected = new LinkedHashMap<>();
  private final Map<String, Projection> projections = new HashMap<>();
  private double largest;

  private Verification(Model model, SlowPass slow, ModelState state, Batch batch) {
    this.model = model;
    this.slow = slow;
    this.state = state;
    this.batch = batch;
  }

  /** The plan with the order of merged axes settled, and without fast gradients where they are not right. */
  static GradientPlan verified(GradientPlan plan, Model model, SlowPass slow, ModelState state, Batch batch) {
    try (var _ = Scope.open()) {
      var check = new Verification(model, slow, state, batch);
      try {
        return check.settle(plan);
      } finally {
        check.projections.values().forEach(Projection::close);
      }
    }
  }

  private GradientPlan settle(GradientPlan plan) {
    expect(plan.fast().keySet());
    Map<String, Double> errors = errors(plan);
    Set<String> guesses = new LinkedHashSet<>();
    errors.keySet().stream().filter(plan::isGuess).forEach(guesses::add);
    if (guesses.isEmpty()) {
      return plan.without(reasons(errors));
    }
    GradientPlan other = plan.reordered(guesses);
    return other.without(reasons(errors(other)));
  }

  private static Map<String, String> reasons(Map<String, Double> errors) {
    var reasons = new LinkedHashMap<String, String>();
    errors.forEach((name, error) -> reasons.put(name, String.format(java.util.Locale.ROOT,
        "gradients taken for the whole batch differ by %.1e from those of one example alone, as where examples are mixed",
        error)));
    return reasons;
  }

  private void expect(Set<String> names) {
    var spec = new ProjectionSpec(new ProjectionKind.TwoSided(8, 8), 0);
    for (int i = 0; i < batch.size(); i++) {
      try (var scope = Scope.open()) {
        int row = i;
        slow.gradients(state, batch, i, names).forEach((name, gradient) -> {
          var whole = new WholeGradient(name, gradient.unsqueeze(0));
          Projection projection = projections.computeIfAbsent(name,
              _ -> spec.projection(name, whole.shape(), gradient.dtype()));
          Tensor features = whole.project(projection).to(DType.FLOAT64);
          expected.merge(name, scope.keep(features.copy()),
              (before, next) -> row == 0
                  ? next
                  : scope.keep(Tensor.concatenate(java.util.List.of(before, next), 0)));
        });
      }
    }
    largest = expected.values().stream().mapToDouble(Tensor::maxAbs).max().orElse(0);
  }

  /** Parameters whose fast gradients are wrong, and by how much relative to the largest entry. */
  private Map<String, Double> errors(GradientPlan plan) {
    var targets = new LinkedHashMap<String, Tensor>();
    expected.forEach((name, features) -> targets.put(name, features.zerosLike()));
    new FastPass(model, plan).run(state, batch, new FeatureCollector(projections, targets), _ -> {
    }).close();
    var errors = new LinkedHashMap<String, Double>();
    expected.forEach((name, right) -> {
      double size = right.maxAbs();
      double error = java.util.Objects.requireNonNull(targets.get(name)).add(right, -1).maxAbs();
      if (!(error <= tolerance(name) * size + FLOOR * largest)) {
        errors.put(name, error / size);
      }
    });
    return errors;
  }

  private double tolerance(String name) {
    DType dtype = java.util.Objects.requireNonNull(state.parameters().get(name)).dtype();
    return dtype.bytes() < 4 ? HALF : SINGLE;
  }
}
