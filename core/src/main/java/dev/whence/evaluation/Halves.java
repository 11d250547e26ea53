package dev.whence.evaluation;

import dev.whence.run.Seeds;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Two disjoint sets of ⌊r/2⌋ repeats each, as bits.
 *
 * @param first one half
 * @param second the other
 */
record Halves(long first, long second) {
  private static final int ENUMERATED = 8;
  private static final int DRAWN = 100;

  /** All such splits of up to 8 repeats (an odd one leaves each repeat out in turn); 100 drawn ones of more. */
  static List<Halves> of(int repeats) {
    int half = repeats / 2;
    var splits = new ArrayList<Halves>();
    if (repeats > ENUMERATED) {
      for (int i = 0; i < DRAWN; i++) {
        splits.add(draw(repeats, half, new SplittableRandom(Seeds.derive(repeats, i))));
      }
      return splits;
    }
    for (long first = 0; first < 1L << repeats; first++) {
      for (long second = 0; second < first; second++) {
        if ((first & second) == 0 && Long.bitCount(first) == half && Long.bitCount(second) == half) {
          splits.add(new Halves(first, second));
        }
      }
    }
    return splits;
  }

  private static Halves draw(int repeats, int half, SplittableRandom random) {
    long first = pick(repeats, half, 0, random);
    return new Halves(first, pick(repeats, half, first, random));
  }

  private static long pick(int repeats, int count, long taken, SplittableRandom random) {
    long picked = 0;
    while (Long.bitCount(picked) < count) {
      long bit = 1L << random.nextInt(repeats);
      picked |= (taken & bit) == 0 ? bit : 0;
    }
    return picked;
  }
}
