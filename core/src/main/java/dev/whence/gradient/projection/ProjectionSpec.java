package dev.whence.gradient.projection;

import dev.whence.gradient.projection.ProjectionKind.Exact;
import dev.whence.gradient.projection.ProjectionKind.Gaussian;
import dev.whence.gradient.projection.ProjectionKind.Rademacher;
import dev.whence.gradient.projection.ProjectionKind.SparseSign;
import dev.whence.gradient.projection.ProjectionKind.Spread;
import dev.whence.gradient.projection.ProjectionKind.TwoSided;
import dev.whence.run.Seeds;
import dev.whence.torch.DType;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * A projection of all of a model's gradients: each parameter's is a function of (seed, parameter name), so that any of
 * them can be made again alone.
 *
 * @param kind how, and to how many columns
 * @param seed of all random numbers
 */
public record ProjectionSpec(ProjectionKind kind, long seed) {
  /** Checks. */
  public ProjectionSpec {
    Objects.requireNonNull(kind);
  }

  /** What each of a model's parameters is projected by, given the shapes of all. */
  public Map<String, ProjectionSpec> over(Map<String, List<Long>> shapes) {
    var own = new LinkedHashMap<String, ProjectionSpec>();
    if (kind instanceof Spread spread) {
      Shares.of(spread.columns(), shapes)
          .forEach((name, sides) -> own.put(name, new ProjectionSpec(sides, seed)));
    } else {
      shapes.keySet().forEach(name -> own.put(name, this));
    }
    return own;
  }

  /** How many columns a parameter of that shape gets, were it alone. */
  public int columns(List<Long> shape) {
    return switch (kind) {
      case TwoSided sides -> TwoSidedProjection.columns(sides, shape);
      case Spread spread -> TwoSidedProjection.columns(Shares.sides(spread.columns(), shape), shape);
      case Gaussian gaussian -> gaussian.columns();
      case Rademacher signs -> signs.columns();
      case SparseSign sparse -> sparse.columns();
      case Exact _ -> Math.toIntExact(elements(shape));
    };
  }

  /** The parameter's projection, applied to gradients of that element type; the caller closes it. */
  public Projection projection(String parameter, List<Long> shape, DType dtype) {
    long own = Seeds.derive(seed, hash(parameter));
    long n = elements(shape);
    return switch (kind) {
      case TwoSided sides -> TwoSidedProjection.of(sides, shape, own, dtype);
      case Spread spread -> TwoSidedProjection.of(Shares.sides(spread.columns(), shape), shape, own, dtype);
      case Gaussian(int columns) -> new FlatProjection(n, columns, dtype,
          (first, count) -> FlatProjection.normal(count, columns, Seeds.derive(own, first), dtype));
      case Rademacher(int columns) -> new FlatProjection(n, columns, dtype,
          (first, count) -> FlatProjection.signs(count, columns, Seeds.derive(own, first), dtype));
      case SparseSign(int columns, int nonZeros) -> new FlatProjection(n, columns, dtype,
          (first, count) -> SparseBlock.of(count, columns, nonZeros, Seeds.derive(own, first), dtype));
      case Exact _ -> new VectorProjection(Math.toIntExact(n), null);
    };
  }

  public static long elements(List<Long> shape) {
    return shape.stream().mapToLong(Long::longValue).reduce(1, Math::multiplyExact);
  }

  /** FNV-1a: names give the same seeds on every machine and release. */
  private static long hash(String name) {
    long hash = 0xcbf29ce484222325L;
    for (byte unit : name.getBytes(java.nio.charset.StandardCharsets.UTF_8)) {
      hash = (hash ^ (unit & 0xff)) * 0x100000001b3L;
    }
    return hash;
  }
}
