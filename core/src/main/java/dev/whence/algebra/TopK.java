package dev.whence.algebra;

import java.util.Arrays;
import java.util.function.IntPredicate;

/** Picks the largest or smallest values; of equal ones that with the lower index comes first. */
public final class TopK {
  private TopK() {
  }

  /**
   * Indices of the k largest values, largest first; fewer if there are fewer.
   *
   * @param values finite numbers; 0 and −0 are equal
   * @param k at least 0
   * @param eligible which indices take part
   */
  public static int[] largest(float[] values, int k, IntPredicate eligible) {
    return select(values, k, eligible, 1);
  }

  /** Indices of the k smallest values, smallest first; otherwise as {@link #largest}. */
  public static int[] smallest(float[] values, int k, IntPredicate eligible) {
    return select(values, k, eligible, -1);
  }

  private static int[] select(float[] values, int k, IntPredicate eligible, int sign) {
    if (k < 0) {
      throw new IllegalArgumentException("k must be >= 0, got " + k);
    }
    long[] heap = new long[Math.min(k, values.length)];
    int size = 0;
    for (int i = 0; i < values.length && heap.length > 0; i++) {
      if (eligible.test(i)) {
        long key = key(sign * values[i], i);
        if (size < heap.length) {
          heap[size++] = key;
          up(heap, size - 1);
        } else if (key > heap[0]) {
          heap[0] = key;
          down(heap, size);
        }
      }
    }
    return indices(heap, size);
  }

  /** Orders by value, then by lower index, as one whole number. */
  private static long key(float value, int index) {
    int bits = Float.floatToIntBits(value + 0.0f);
    int ordered = bits ^ ((bits >> 31) & Integer.MAX_VALUE);
    return ((long) ordered << 32) | (0xFFFFFFFFL - index);
  }

  private static int[] indices(long[] heap, int size) {
    Arrays.sort(heap, 0, size);
    int[] indices = new int[size];
    for (int i = 0; i < size; i++) {
      indices[i] = (int) (0xFFFFFFFFL - (heap[size - 1 - i] & 0xFFFFFFFFL));
    }
    return indices;
  }

  private static void up(long[] heap, int from) {
    int at = from;
    while (at > 0 && heap[at] < heap[(at - 1) / 2]) {
      swap(heap, at, (at - 1) / 2);
      at = (at - 1) / 2;
    }
  }

  private static void down(long[] heap, int size) {
    int at = 0;
    while (2 * at + 1 < size) {
      int child = 2 * at + 1;
      if (child + 1 < size && heap[child + 1] < heap[child]) {
        child++;
      }
      if (heap[at] <= heap[child]) {
        return;
      }
      swap(heap, at, child);
      at = child;
    }
  }

  private static void swap(long[] heap, int a, int b) {
    long kept = heap[a];
    heap[a] = heap[b];
    heap[b] = kept;
  }
}
