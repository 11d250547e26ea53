package dev.whence.algebra;

import java.util.Arrays;
import java.util.stream.IntStream;

/** Order and ranks of numbers. */
public final class Ranks {
  private Ranks() {
  }

  /** Positions by ascending value; of equal ones the lower first. 0 and −0 are equal. */
  public static int[] order(double[] values) {
    return IntStream.range(0, values.length).boxed().sorted((a, b) -> {
      int compared = Double.compare(values[a] + 0.0, values[b] + 0.0);
      return compared != 0 ? compared : Integer.compare(a, b);
    }).mapToInt(Integer::intValue).toArray();
  }

  /** Ranks from 1; equal values share the mean of their ranks. */
  public static double[] average(double[] values) {
    int[] order = order(values);
    double[] ranks = new double[values.length];
    for (int from = 0, to; from < order.length; from = to) {
      to = endOfTie(values, order, from);
      for (int at : Arrays.copyOfRange(order, from, to)) {
        ranks[at] = (from + 1 + to) / 2.0;
      }
    }
    return ranks;
  }

  /** One past the last position in the order whose value equals that at {@code from}. */
  public static int endOfTie(double[] values, int[] order, int from) {
    int to = from + 1;
    while (to < order.length && values[order[to]] == values[order[from]]) {
      to++;
    }
    return to;
  }
}
