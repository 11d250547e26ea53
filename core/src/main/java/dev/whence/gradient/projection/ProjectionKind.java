package dev.whence.gradient.projection;

/**
 * A way to make gradients short. All but {@link Exact} are random and scaled so that E⟨Px, Py⟩ = ⟨x, y⟩ over seeds: the
 * true scale of gradients survives, so that a ridge added to the kernel of projected gradients means what it means
 * for gradients (TRAK's published code divides by √p and drops 1/√k instead; its damping is k/p times ours).
 */
public sealed interface ProjectionKind {
  /** Whether all parameters add up in the same columns; otherwise each has columns of its own. */
  boolean isShared();

  /**
   * Each parameter's gradient matrix G, its first axis against all others, becomes Pₗ G Pᵣᵀ with a few orthonormal rows
   * each, scaled by √(d/k) (a random subspace: less variance than independent entries, and exact at k = d). A side no
   * longer than its columns is left as it is; a vector is projected densely to rows·columns or left whole. Costs next
   * to nothing beside a backward pass. LoGra (arXiv 2405.13954), TrackStar (arXiv 2410.17413).
   *
   * @param rows columns kept of the first axis, at least 1
   * @param columns columns kept of the others, at least 1
   */
  record TwoSided(int rows, int columns) implements ProjectionKind {
    /** Checks the bounds. */
    public TwoSided {
      requirePositive("rows", rows);
      requirePositive("columns", columns);
    }

    @Override
    public boolean isShared() {
      return false;
    }
  }

  /**
   * A number of columns for the whole model, spread over its parameters by the square roots of their sizes; what a
   * parameter does not need, since it is smaller than its share, goes to the others. Each is then projected as {@link
   * TwoSided} does, with both sides alike or, where one is narrow, all of it and more of the other.
   *
   * @param columns of all parameters together, at least 1; each parameter has at least one, whatever the sum
   */
  record Spread(int columns) implements ProjectionKind {
    /** Checks the bounds. */
    public Spread {
      requirePositive("columns", columns);
    }

    @Override
    public boolean isShared() {
      return false;
    }
  }

  /**
   * Independent normal entries of variance 1/columns over all parameters at once. Costs p·columns multiplications an
   * example.
   */
  record Gaussian(int columns) implements ProjectionKind {
    /** Checks the bounds. */
    public Gaussian {
      requirePositive("columns", columns);
    }

    @Override
    public boolean isShared() {
      return true;
    }
  }

  /** Independent entries ±1/√columns over all parameters at once; costs as {@link Gaussian}. */
  record Rademacher(int columns) implements ProjectionKind {
    /** Checks the bounds. */
    public Rademacher {
      requirePositive("columns", columns);
    }

    @Override
    public boolean isShared() {
      return true;
    }
  }

  /**
   * Each entry of the gradient is added to a few random columns with random signs, scaled by 1/√nonZeros. Costs
   * p·nonZeros an example. SJLT, as in GraSS (arXiv 2505.18976).
   */
  record SparseSign(int columns, int nonZeros) implements ProjectionKind {
    /** Checks the bounds. */
    public SparseSign {
      requirePositive("columns", columns);
      requirePositive("nonZeros", nonZeros);
    }

    @Override
    public boolean isShared() {
      return true;
    }
  }

  /**
   * No projection. A method that needs rows of numbers gets every entry of every gradient, which only small models allow;
   * one that needs products alone takes them of the factors, and writes no rows.
   */
  record Exact() implements ProjectionKind {
    @Override
    public boolean isShared() {
      return false;
    }
  }

  private static void requirePositive(String name, int value) {
    if (value < 1) {
      throw new IllegalArgumentException(name + " must be >= 1, got " + value);
    }
  }
}
