package dev.whence.store;

import dev.whence.run.Seeds;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;

/** Subsets of examples, {@code [subsets, examples]} bits. Immutable; safe for any thread. */
public final class Masks {
  private final int examples;
  private final List<BitSet> subsets;

  private Masks(int examples, List<BitSet> subsets) {
    this.examples = examples;
    this.subsets = subsets;
  }

  /** These subsets of {@code examples} examples. @throws IllegalArgumentException if one holds an example beyond */
  public static Masks of(int examples, List<BitSet> subsets) {
    var copies = new ArrayList<BitSet>();
    for (BitSet subset : subsets) {
      if (subset.length() > examples) {
        throw new IllegalArgumentException(
            "subset " + copies.size() + " holds example " + (subset.length() - 1)
                + ", but there are " + examples + " examples");
      }
      copies.add((BitSet) subset.clone());
    }
    return new Masks(examples, List.copyOf(copies));
  }

  /**
   * Subsets of ⌊fraction · examples⌋ examples each, drawn uniformly without replacement; subset k is a function of
   * (seed, k).
   */
  public static Masks uniform(int subsets, int examples, double fraction, long seed) {
    if (!(fraction > 0 && fraction <= 1)) {
      throw new IllegalArgumentException("fraction must be in (0, 1], got " + fraction);
    }
    int size = (int) Math.floor(fraction * examples);
    var drawn = new ArrayList<BitSet>();
    for (int k = 0; k < subsets; k++) {
      drawn.add(draw(examples, size, Seeds.derive(seed, k)));
    }
    return new Masks(examples, List.copyOf(drawn));
  }

  /** All examples first, then all but each of these. */
  public static Masks leaveOneOut(int examples, int... left) {
    var subsets = new ArrayList<BitSet>();
    var all = new BitSet();
    all.set(0, examples);
    subsets.add(all);
    for (int example : left) {
      Objects.checkIndex(example, examples);
      var without = (BitSet) all.clone();
      without.clear(example);
      subsets.add(without);
    }
    return new Masks(examples, List.copyOf(subsets));
  }

  private static BitSet draw(int examples, int size, long seed) {
    var random = new SplittableRandom(seed);
    var chosen = new BitSet(examples);
    // Floyd's algorithm: each subset of the size with equal probability
    for (int limit = examples - size; limit < examples; limit++) {
      int candidate = random.nextInt(limit + 1);
      chosen.set(chosen.get(candidate) ? limit : candidate);
    }
    return chosen;
  }

  /** Number of examples, n. */
  public int examples() {
    return examples;
  }

  /** Number of subsets, s. */
  public int subsets() {
    return subsets.size();
  }

  /** Whether the subset holds the example. */
  public boolean contains(int subset, int example) {
    Objects.checkIndex(example, examples);
    return subsets.get(subset).get(example);
  }

  /** Number of examples in the subset. */
  public int size(int subset) {
    return subsets.get(subset).cardinality();
  }

  /** The subset's examples in ascending order. */
  public long[] rows(int subset) {
    return subsets.get(subset).stream().asLongStream().toArray();
  }

  /** The subset as bits. */
  public BitSet bits(int subset) {
    return (BitSet) subsets.get(subset).clone();
  }

  /** Bit i of a subset is bit i mod 8 of byte i / 8 of its row; rows are whole bytes. */
  MemorySegment bytes() {
    int stride = (examples + 7) / 8;
    byte[] bytes = new byte[Math.multiplyExact(stride, subsets.size())];
    for (int k = 0; k < subsets.size(); k++) {
      byte[] row = subsets.get(k).toByteArray();
      System.arraycopy(row, 0, bytes, k * stride, row.length);
    }
    return MemorySegment.ofArray(bytes);
  }

  static Masks of(MemorySegment bytes, int subsets, int examples) {
    int stride = (examples + 7) / 8;
    var read = new ArrayList<BitSet>();
    for (int k = 0; k < subsets; k++) {
      read.add(BitSet.valueOf(bytes.asSlice((long) k * stride, stride).toArray(ValueLayout.JAVA_BYTE)));
    }
    return of(examples, read);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Masks masks && masks.examples == examples && masks.subsets.equals(subsets);
  }

  @Override
  public int hashCode() {
    return 31 * examples + subsets.hashCode();
  }

  @Override
  public String toString() {
    return subsets.size() + " subsets of " + examples + " examples";
  }
}
