package dev.whence.gradient.projection;

import dev.whence.gradient.projection.ProjectionKind.TwoSided;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** How a model's columns are shared out among its parameters. */
final class Shares {
  private Shares() {
  }

  /**
   * The projection of each parameter. Shares are in proportion to the square roots of the sizes: by the sizes themselves the
   * last layer of a usual network would get a handful of columns, and evenly a bias as many as a matrix. A parameter that is
   * smaller than its share is kept whole, and the rest shared out again among the others.
   */
  static Map<String, TwoSided> of(int columns, Map<String, List<Long>> shapes) {
    var shares = new LinkedHashMap<String, TwoSided>();
    var open = new LinkedHashMap<>(shapes);
    double left = columns;
    boolean changed = true;
    while (changed) {
      changed = false;
      double unit = left / open.values().stream().mapToDouble(Shares::weight).sum();
      for (String name : List.copyOf(open.keySet())) {
        List<Long> shape = java.util.Objects.requireNonNull(open.get(name));
        long size = ProjectionSpec.elements(shape);
        if (size <= unit * weight(shape)) {
          shares.put(name, sides(size, shape));
          open.remove(name);
          left -= size;
          changed = true;
        }
      }
    }
    double unit = left / open.values().stream().mapToDouble(Shares::weight).sum();
    open.forEach((name, shape) -> shares.put(name, sides((long) (unit * weight(shape)), shape)));
    return shares;
  }

  private static double weight(List<Long> shape) {
    return Math.sqrt((double) ProjectionSpec.elements(shape));
  }

  /** Two sides alike whose product is about the share; of a narrow side all, and more of the other for it. */
  static TwoSided sides(long share, List<Long> shape) {
    long[] matrix = TwoSidedProjection.matrix(shape);
    long wanted = Math.max(1, share);
    long rows = Math.min(matrix[0], (long) Math.sqrt((double) wanted));
    long columns = Math.min(matrix[1], wanted / rows);
    rows = Math.min(matrix[0], wanted / columns);
    return new TwoSided(Math.toIntExact(rows), Math.toIntExact(columns));
  }
}
