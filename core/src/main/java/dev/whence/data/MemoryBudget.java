package dev.whence.data;

import java.util.Locale;

/** Counts what a data set holds against its limit. Used by one thread. */
final class MemoryBudget {
  private final long limit;
  private long taken;

  MemoryBudget(long limit) {
    this.limit = limit;
  }

  /** Takes bytes before they are allocated. @throws DataException without a place, past the limit */
  void take(long bytes) throws DataException {
    taken += bytes;
    if (taken > limit || taken < 0) {
      throw new DataException(String.format(Locale.ROOT,
          "the data set needs more than limits.memory = %,d bytes; raise it, take fewer rows or a smaller dtype",
          limit));
    }
  }

  /** Takes what a text costs. */
  void take(String text) throws DataException {
    take(56 + 2L * text.length());
  }

  long limit() {
    return limit;
  }
}
