package dev.whence.gradient.factor;

import dev.whence.gradient.projection.Projection;
import dev.whence.torch.Scope;
import dev.whence.torch.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** Gradients with respect to a parameter that is used several times: the sum over its uses, cross terms included. */
public final class SumGradient implements FactoredGradient {
  private final List<FactoredGradient> uses;

  /** @param uses at least one, all by the same parameter, of the same examples */
  SumGradient(List<FactoredGradient> uses) {
    this.uses = List.copyOf(uses);
    this.uses.forEach(use -> Blocks.requireSame(this.uses.getFirst(), use));
  }

  /**
   * Fewer gradients with the same sum, since products have a term for each pair: those written out added up, outer products of
   * dense factors as one with all their steps.
   */
  public static List<FactoredGradient> joined(List<FactoredGradient> uses) {
    if (uses.size() < 2) {
      return uses;
    }
    var whole = new ArrayList<WholeGradient>();
    var dense = new ArrayList<OuterGradient>();
    var joined = new ArrayList<FactoredGradient>();
    for (FactoredGradient use : uses) {
      switch (use) {
        case WholeGradient written -> whole.add(written);
        case OuterGradient outer when outer.isDense() -> dense.add(outer);
        default -> joined.add(use);
      }
    }
    if (!whole.isEmpty()) {
      joined.add(WholeGradient.joined(whole));
    }
    if (!dense.isEmpty()) {
      joined.add(OuterGradient.joined(dense));
    }
    return List.copyOf(joined);
  }

  /** The sum, or the only one. */
  public static FactoredGradient of(List<FactoredGradient> uses) {
    return uses.size() == 1 ? uses.getFirst() : new SumGradient(uses);
  }

  @Override
  public String parameter() {
    return uses.getFirst().parameter();
  }

  @Override
  public List<Long> shape() {
    return uses.getFirst().shape();
  }

  @Override
  public int examples() {
    return uses.getFirst().examples();
  }

  @Override
  public Tensor dot(FactoredGradient other) {
    return sum(use -> other instanceof SumGradient that
        ? that.sum(theirs -> use.dot(theirs))
        : use.dot(other));
  }

  @Override
  public Tensor pairedDot(FactoredGradient other) {
    return sum(use -> other instanceof SumGradient that
        ? that.sum(theirs -> use.pairedDot(theirs))
        : use.pairedDot(other));
  }

  @Override
  public Tensor project(Projection projection) {
    return sum(use -> use.project(projection));
  }

  @Override
  public Tensor contract(Tensor directions) {
    return sum(use -> use.contract(directions));
  }

  @Override
  public Tensor materialize() {
    return sum(FactoredGradient::materialize);
  }

  private Tensor sum(Function<FactoredGradient, Tensor> term) {
    try (var scope = Scope.open()) {
      Tensor total = term.apply(uses.getFirst());
      for (FactoredGradient use : uses.subList(1, uses.size())) {
        total = total.add(term.apply(use));
      }
      return scope.keep(total);
    }
  }

  @Override
  public FactoredGradient slice(int start, int end) {
    return new SumGradient(uses.stream().map(use -> use.slice(start, end)).toList());
  }

  @Override
  public List<Tensor> tensors() {
    return uses.stream().flatMap(use -> use.tensors().stream()).toList();
  }
}
