package dev.whence.store;

import dev.whence.run.Seeds;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;

/** Subsets of sources, {@code [subsets, sources]} bits. Immutable; safe for any thread. */
public final class Masks {
  private final int sources;
  private final List<BitSet> subsets;

  private Masks(int sources, List<BitSet> subsets) {
    this.sources = sources;
    this.subsets = subsets;
  }

  /** These subsets of {@code sources} sources. @throws IllegalArgumentException if one holds an source beyond */
  public static Masks of(int sources, List<BitSet> subsets) {
    var copies = new ArrayList<BitSet>();
    for (BitSet subset : subsets) {
      if (subset.length() > sources) {
        throw new IllegalArgumentException(
            "subset " + copies.size() + " holds source " + (subset.length() - 1)
                + ", but there are " + sources + " sources");
      }
      copies.add((BitSet) subset.clone());
    }
    return new Masks(sources, List.copyOf(copies));
  }

  /**
   * Subsets of ⌊fraction · sources⌋ sources each, drawn uniformly without replacement; subset k is a function of
   * (seed, k).
   */
  public static Masks uniform(int subsets, int sources, double fraction, long seed) {
    if (!(fraction > 0 && fraction <= 1)) {
      throw new IllegalArgumentException("fraction must be in (0, 1], got " + fraction);
    }
    int size = (int) Math.floor(fraction * sources);
    var drawn = new ArrayList<BitSet>();
    for (int k = 0; k < subsets; k++) {
      drawn.add(draw(sources, size, Seeds.derive(seed, k)));
    }
    return new Masks(sources, List.copyOf(drawn));
  }

  /** All sources first, then all but each of these. */
  public static Masks leaveOneOut(int sources, int... left) {
    var subsets = new ArrayList<BitSet>();
    var all = new BitSet();
    all.set(0, sources);
    subsets.add(all);
    for (int source : left) {
      Objects.checkIndex(source, sources);
      var without = (BitSet) all.clone();
      without.clear(source);
      subsets.add(without);
    }
    return new Masks(sources, List.copyOf(subsets));
  }

  private static BitSet draw(int sources, int size, long seed) {
    var random = new SplittableRandom(seed);
    var chosen = new BitSet(sources);
    // Floyd's algorithm: each subset of the size with equal probability
    for (int limit = sources - size; limit < sources; limit++) {
      int candidate = random.nextInt(limit + 1);
      chosen.set(chosen.get(candidate) ? limit : candidate);
    }
    return chosen;
  }

  /** Number of sources, n. */
  public int sources() {
    return sources;
  }

  /** Number of subsets, s. */
  public int subsets() {
    return subsets.size();
  }

  /** Whether the subset holds the source. */
  public boolean contains(int subset, int source) {
    Objects.checkIndex(source, sources);
    return subsets.get(subset).get(source);
  }

  /** Number of sources in the subset. */
  public int size(int subset) {
    return subsets.get(subset).cardinality();
  }

  /** The subset's sources in ascending order. */
  public long[] rows(int subset) {
    return subsets.get(subset).stream().asLongStream().toArray();
  }

  /** The subset as bits. */
  public BitSet bits(int subset) {
    return (BitSet) subsets.get(subset).clone();
  }

  /** Bit i of a subset is bit i mod 8 of byte i / 8 of its row; rows are whole bytes. */
  MemorySegment bytes() {
    int stride = (sources + 7) / 8;
    byte[] bytes = new byte[Math.multiplyExact(stride, subsets.size())];
    for (int k = 0; k < subsets.size(); k++) {
      byte[] row = subsets.get(k).toByteArray();
      System.arraycopy(row, 0, bytes, k * stride, row.length);
    }
    return MemorySegment.ofArray(bytes);
  }

  static Masks of(MemorySegment bytes, int subsets, int sources) {
    int stride = (sources + 7) / 8;
    var read = new ArrayList<BitSet>();
    for (int k = 0; k < subsets; k++) {
      read.add(BitSet.valueOf(bytes.asSlice((long) k * stride, stride).toArray(ValueLayout.JAVA_BYTE)));
    }
    return of(sources, read);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Masks masks && masks.sources == sources && masks.subsets.equals(subsets);
  }

  @Override
  public int hashCode() {
    return 31 * sources + subsets.hashCode();
  }

  @Override
  public String toString() {
    return subsets.size() + " subsets of " + sources + " sources";
  }
}
