package dev.whence.training;

import dev.whence.run.Seeds;

/** Orders drawn as a function of (seed, index…): Fisher–Yates, each exchange with a seed of its own. */
final class Permutation {
  private Permutation() {
  }

  /** The numbers 0 … n-1 in an order that is uniform over all. */
  static long[] of(int n, long seed, long... indices) {
    return prefix(n, n, Seeds.derive(seed, indices));
  }

  /** The first k of a permutation of 0 … n-1: k numbers without replacement, in random order. */
  static long[] prefix(int n, int k, long key) {
    long[] order = new long[n];
    for (int i = 0; i < n; i++) {
      order[i] = i;
    }
    for (int i = 0; i < k; i++) {
      // the upper half of a 128-bit product: uniform over n−i up to 2⁻³², without a division
      int j = i + (int) Math.unsignedMultiplyHigh(Seeds.derive(key, i), n - i);
      long taken = order[j];
      order[j] = order[i];
      order[i] = taken;
    }
    return k == n ? order : java.util.Arrays.copyOf(order, k);
  }
}
