package dev.whence.gradient.factor;

import dev.whence.gradient.projection.Projection;
import dev.whence.torch.Scope;
import dev.whence.torch.Tensor;
import java.util.List;

/**
 * Gradients written out: of biases and norms, whose gradients are no larger than a vector, and of every parameter
 * that was differentiated example by example.
 *
 * @param parameter the parameter's name
 * @param materialize {@code [b, …shape]}
 */
public record WholeGradient(String parameter, Tensor materialize) implements FactoredGradient {
  /** The sum of gradients with respect to the same parameter of the same examples. */
  static WholeGradient joined(List<WholeGradient> uses) {
    Tensor total = uses.getFirst().materialize();
    for (WholeGradient use : uses.subList(1, uses.size())) {
      total = total.add(use.materialize());
    }
    return new WholeGradient(uses.getFirst().parameter(), total);
  }

  @Override
  public List<Long> shape() {
    long[] all = materialize.shape();
    return java.util.Arrays.stream(all, 1, all.length).boxed().toList();
  }

  @Override
  public int examples() {
    return Math.toIntExact(materialize.size(0));
  }

  private Tensor flat() {
    return materialize.reshape(materialize.size(0), Blocks.size(this));
  }

  @Override
  public Tensor dot(FactoredGradient other) {
    Blocks.requireSame(this, other);
    try (var scope = Scope.open()) {
      return scope.keep(other.contract(materialize));
    }
  }

  @Override
  public Tensor pairedDot(FactoredGradient other) {
    Blocks.requireSame(this, other);
    return other instanceof SumGradient ? other.pairedDot(this) : Blocks.pairedMaterialized(this, other);
  }

  @Override
  public Tensor project(Projection projection) {
    return projection.apply(materialize);
  }

  @Override
  public Tensor contract(Tensor directions) {
    try (var scope = Scope.open()) {
      Tensor rows = directions.reshape(directions.size(0), Blocks.size(this));
      return scope.keep(rows.matmul(flat().transpose(0, 1)));
    }
  }

  @Override
  public FactoredGradient slice(int start, int end) {
    return new WholeGradient(parameter, materialize.slice(0, start, end));
  }

  @Override
  public List<Tensor> tensors() {
    return List.of(materialize);
  }
}
