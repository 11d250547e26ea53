package dev.whence.data;

import java.util.Arrays;

/**
 * What the first record holds in each of a column's fields: how many numbers, and whether they are truth values. Later
 * records are held against it, so that the field at fault is named.
 */
final class FieldKinds {
  private enum Kind {
    UNKNOWN, NUMBERS, TRUTHS
  }

  private final Kind[] kinds;
  private final int[] firsts;
  private final int[] counts;
  private boolean started;

  FieldKinds(int fields) {
    kinds = new Kind[fields];
    Arrays.fill(kinds, Kind.UNKNOWN);
    firsts = new int[fields];
    counts = new int[fields];
  }

  /** Takes what a field of the current record gave. @throws DataException without a place, if truth values and numbers mix */
  void take(int field, int count, int truths) throws DataException {
    counts[field] = count;
    if (count == 0) {
      return;
    }
    if (truths > 0 && truths < count) {
      throw new DataException("true or false stands among numbers; write 1 or 0, or mend the list");
    }
    Kind found = truths > 0 ? Kind.TRUTHS : Kind.NUMBERS;
    if (kinds[field] == Kind.UNKNOWN) {
      kinds[field] = found;
    } else if (kinds[field] != found) {
      throw new DataException(found == Kind.TRUTHS
          ? "true or false stands in a column of numbers; write 1 or 0, or mend the value"
          : "a number stands in a column of true and false; write true or false, or mend the value");
    }
  }

  /** Ends a record that was sound. */
  void endRecord() {
    if (!started) {
      started = true;
      System.arraycopy(counts, 0, firsts, 0, counts.length);
    }
  }

  /** Whether a field holds another number of values than in the first record. */
  boolean differ() {
    return started && !Arrays.equals(counts, firsts);
  }

  /** The field that holds another number of values than in the first record, or than its neighbours in the first; else the first. */
  int odd() {
    int[] wanted = started ? firsts : usual();
    for (int field = 0; field < counts.length; field++) {
      if (counts[field] != wanted[field]) {
        return field;
      }
    }
    return 0;
  }

  /** The commonest count, for every field. */
  private int[] usual() {
    int[] sorted = counts.clone();
    Arrays.sort(sorted);
    int[] wanted = new int[counts.length];
    Arrays.fill(wanted, sorted[sorted.length / 2]);
    return wanted;
  }
}
