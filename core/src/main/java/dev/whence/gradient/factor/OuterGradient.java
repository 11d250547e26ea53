package dev.whence.gradient.factor;

import dev.whence.gradient.projection.Projection;
import dev.whence.gradient.projection.TwoSidedProjection;
import dev.whence.torch.Scope;
import dev.whence.torch.Tensor;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Gradients that are sums of outer products: of linear maps, convolutions and embeddings. Group by group, the rows of
 * the parameter (its first axis) go with the left factor, all other axes with the right.
 */
public final class OuterGradient implements FactoredGradient {
  private final String parameter;
  private final List<Long> shape;
  private final Factor left;
  private final Factor right;

  public OuterGradient(String parameter, List<Long> shape, Factor left, Factor right) {
    this.parameter = parameter;
    this.shape = List.copyOf(shape);
    this.left = left;
    this.right = right;
    if (left.examples() != right.examples() || left.steps() != right.steps()
        || left.groups() != right.groups()) {
      throw new IllegalArgumentException(
          "the factors of " + parameter + " do not match: " + left + " and " + right);
    }
  }

  /** The sum of gradients with dense factors, of the same parameter and examples: all their steps one after another. */
  public static OuterGradient joined(List<OuterGradient> uses) {
    OuterGradient first = uses.getFirst();
    return uses.size() == 1
        ? first
        : new OuterGradient(first.parameter, first.shape,
            steps(uses.stream().map(use -> use.left).toList()),
            steps(uses.stream().map(use -> use.right).toList()));
  }

  private static Factor steps(List<Factor> factors) {
    return new DenseFactor(Tensor.concatenate(factors.stream().map(Factor::dense).toList(), 2));
  }

  /** Whether both factors are written out, for all groups in one. */
  boolean isDense() {
    return left instanceof DenseFactor && right instanceof DenseFactor && left.groups() == 1;
  }

  @Override
  public String parameter() {
    return parameter;
  }

  @Override
  public List<Long> shape() {
    return shape;
  }

  @Override
  public int examples() {
    return left.examples();
  }

  /** Numbers in one example's gradient. */
  private long size() {
    return left.groups() * left.width() * right.width();
  }

  @Override
  public Tensor materialize() {
    try (var scope = Scope.open()) {
      Tensor product = left instanceof OneHotFactor rows
          ? scattered(rows)
          : left.dense().transpose(2, 3).matmul(right.dense());
      return scope.keep(product.reshape(Blocks.shape(examples(), shape)));
    }
  }

  private Tensor scattered(OneHotFactor rows) {
    long b = examples();
    Tensor offsets = Tensor.call("aten::mul.Scalar", Tensor.range(b).unsqueeze(1), rows.width());
    Tensor places = rows.indices().add(offsets).reshape(-1);
    Tensor zeros = Tensor.zeros(rows.dtype(), b * rows.width(), right.width());
    return Tensor.call("aten::index_add", zeros, 0, places, right.dense().reshape(-1, right.width()));
  }

  @Override
  public Tensor dot(FactoredGradient other) {
    Blocks.requireSame(this, other);
    if (other instanceof OuterGradient that && ghostIsCheaper(that, examples(), that.examples())) {
      long perPair = left.groups() * left.steps() * that.left.steps();
      return Blocks.pairs(this, that, perPair, (a, b) -> ((OuterGradient) a).ghost((OuterGradient) b));
    }
    return other instanceof SumGradient
        ? other.dot(this).transpose(0, 1)
        : Blocks.dotMaterialized(this, other);
  }

  /** Whether products of factors cost less than building the matrices, for n gradients here and m there. */
  private boolean ghostIsCheaper(OuterGradient that, double n, double m) {
    double s = left.steps();
    double t = that.left.steps();
    double widths = left.width() + right.width();
    double matrix = (double) left.width() * right.width();
    return n * m * s * t * widths <= (n * s + m * t + n * m) * matrix;
  }

  private Tensor ghost(OuterGradient that) {
    Tensor products = Grams.cross(left, that.left).multiply(Grams.cross(right, that.right));
    return products.reshape(left.groups(), examples(), left.steps(), that.examples(), that.left.steps())
        .sum(0, 2, 4);
  }

  @Override
  public Tensor pairedDot(FactoredGradient other) {
    Blocks.requireSame(this, other);
    if (other instanceof OuterGradient that) {
      double s = left.steps();
      double t = that.left.steps();
      double widths = left.width() + right.width();
      if (s * t * widths <= (s + t) * left.width() * right.width()) {
        long perExample = left.groups() * left.steps() * that.left.steps();
        return Blocks.examples(this, that, perExample,
            (a, b) -> ((OuterGradient) a).pairedGhost((OuterGradient) b));
      }
    }
    return other instanceof SumGradient ? other.pairedDot(this) : Blocks.pairedMaterialized(this, other);
  }

  private Tensor pairedGhost(OuterGradient that) {
    return Grams.paired(left, that.left).multiply(Grams.paired(right, that.right)).sum(1, 2, 3);
  }

  /** The matrix for a left factor: groups need the identity written out, since each has rows of its own. */
  public static @Nullable Tensor left(TwoSidedProjection sides, Factor factor) {
    return sides.left() == null && factor.groups() > 1
        ? Tensor.call("aten::eye", sides.rows(), factor.tensors().getFirst().dtype())
        : sides.left();
  }

  @Override
  public Tensor project(Projection projection) {
    if (!(projection instanceof TwoSidedProjection sides) || sides.rows() != left.groups() * left.width()) {
      return Blocks.mapMaterialized(this, projection::apply);
    }
    try (var scope = Scope.open()) {
      return scope.keep(product(left.project(left(sides, left)), right.project(sides.right())));
    }
  }

  /** Σ over groups and steps of projected left times projected right, {@code [b, kₗ·kᵣ]}. */
  public static Tensor product(Tensor left, Tensor right) {
    Tensor rows = left.size(1) == 1 ? left.squeeze(1) : left.flatten(1, 2);
    Tensor columns = right.size(1) == 1 ? right.squeeze(1) : right.flatten(1, 2);
    return rows.transpose(1, 2).bmm(columns).flatten(1, 2);
  }

  @Override
  public Tensor contract(Tensor directions) {
    try (var scope = Scope.open()) {
      Tensor flat = directions.reshape(directions.size(0), size());
      Tensor products = Blocks.mapMaterialized(this,
          whole -> whole.reshape(whole.size(0), -1).matmul(flat.transpose(0, 1)));
      return scope.keep(products.transpose(0, 1));
    }
  }

  @Override
  public FactoredGradient slice(int start, int end) {
    return new OuterGradient(parameter, shape, left.slice(start, end), right.slice(start, end));
  }

  @Override
  public List<Tensor> tensors() {
    var all = new ArrayList<>(left.tensors());
    all.addAll(right.tensors());
    return all;
  }
}
