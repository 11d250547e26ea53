package dev.whence.gradient;

import dev.whence.data.Batch;
import dev.whence.gradient.factor.WholeGradient;
import dev.whence.gradient.projection.Projection;
import dev.whence.gradient.projection.ProjectionKind;
import dev.whence.gradient.projection.ProjectionSpec;
import dev.whence.graph.ModelState;
import dev.whence.graph.Precision;
import dev.whence.torch.DType;
import dev.whence.torch.Scope;
import dev.whence.torch.Tensor;
import dev.whence.torch.TorchException;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Compares a plan's gradients with those of one backward pass per example, projected to a few columns. Where an example
 * lies in a merged axis, and whether other examples touch it, is found out here and nowhere else.
 */
final class Verification {
  /** Rounding of sums over many steps in single precision, relative to the parameter's largest entry. */
  private static final double SINGLE = 1e-3;
  /** Two decimal digits and a half are all half precision has. */
  private static final double HALF = 5e-2;
  /** Gradients that are zero but for rounding, as of a key's bias in attention, relative to all parameters'. */
  private static final double FLOOR = 1e-6;

  /** Failed passes until the rest counts as failing with them. */
  private static final int MOST_FAILURES = 32;

  private final Model model;
  private final SlowPass slow;
  private final ModelState state;
  private final Batch batch;
  private final Map<String, Tensor> expected = new LinkedHashMap<>();
  private final Map<String, Projection> projections = new HashMap<>();
  private final DType precision;
  private double largest;
  private int failures;

  private Verification(Model model, SlowPass slow, ModelState state, Batch batch) {
    this.model = model;
    this.slow = slow;
    this.state = state;
    this.batch = batch;
    this.precision = Precision.coarsest(model.graph());
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
    Map<String, String> reasons = reasons(plan, List.copyOf(expected.keySet()));
    Set<String> guesses = new LinkedHashSet<>();
    reasons.keySet().stream().filter(plan::isGuess).forEach(guesses::add);
    if (guesses.isEmpty()) {
      return plan.without(reasons);
    }
    GradientPlan other = plan.reordered(guesses);
    return other.without(reasons(other, List.copyOf(expected.keySet())));
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
                  : scope.keep(Tensor.concatenate(List.of(before, next), 0)));
        });
      }
    }
    largest = expected.values().stream().mapToDouble(Tensor::maxAbs).max().orElse(0);
  }

  /**
   * Parameters whose fast gradients are wrong or cannot be computed, and why. Where a pass fails, halves of the parameters are tried
   * alone, so that one that cannot be computed takes no other with it.
   */
  private Map<String, String> reasons(GradientPlan plan, List<String> names) {
    try {
      return errors(plan, names);
    } catch (TorchException | IllegalStateException | IllegalArgumentException thrown) {
      failures++;
      if (names.size() == 1 || failures > MOST_FAILURES) {
        String reason = "its fast gradient cannot be computed: " + thrown.getMessage();
        return names.stream()
            .collect(Collectors.toMap(name -> name, _ -> reason, (one, _) -> one, LinkedHashMap::new));
      }
      var found = new LinkedHashMap<>(reasons(plan, names.subList(0, names.size() / 2)));
      found.putAll(reasons(plan, names.subList(names.size() / 2, names.size())));
      return found;
    }
  }

  /** Parameters whose fast gradients are wrong, and by how much relative to the largest entry. */
  private Map<String, String> errors(GradientPlan whole, List<String> names) {
    GradientPlan plan = whole.only(names);
    var targets = new LinkedHashMap<String, Tensor>();
    names.forEach(name -> targets.put(name, Objects.requireNonNull(expected.get(name)).zerosLike()));
    new FastPass(model, plan).run(state, batch, new FeatureCollector(projections, targets), _ -> {
    }).close();
    var reasons = new LinkedHashMap<String, String>();
    targets.forEach((name, found) -> {
      Tensor right = Objects.requireNonNull(expected.get(name));
      double size = right.maxAbs();
      double error = found.add(right, -1).maxAbs();
      if (!(error <= tolerance(name) * size + FLOOR * largest)) {
        reasons.put(name, reason(error / size));
      }
    });
    return reasons;
  }

  private static String reason(double error) {
    return Double.isNaN(error)
        ? "gradients are no numbers: NaN or infinite weights, inputs or intermediate values"
        : String.format(Locale.ROOT,
            "gradients taken for the whole batch differ by %.1e from those of one example alone, as where examples are mixed",
            error);
  }

  private double tolerance(String name) {
    DType dtype = Objects.requireNonNull(state.parameters().get(name)).dtype();
    return dtype.bytes() < 4 || precision.bytes() < 4 ? HALF : SINGLE;
  }
}
