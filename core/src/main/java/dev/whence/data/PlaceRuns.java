package dev.whence.data;

import java.util.ArrayList;
import java.util.List;

/**
 * Places as runs of records that follow each other line by line or row by row: a file without blank lines and line ends in
 * quotes takes one entry, whatever its length. Filled by one thread, then read by any.
 */
final class PlaceRuns implements Places {
  private static final int COST = 96;

  private final MemoryBudget budget;
  private final List<Long> starts = new ArrayList<>();
  private final List<Place> places = new ArrayList<>();
  private long rows;

  PlaceRuns(MemoryBudget budget) {
    this.budget = budget;
  }

  /** Takes the place of the next record. @throws DataException without a place, past the limit */
  void add(Place place) throws DataException {
    Place plain = place.in("");
    if (rows == 0 || !of(rows).equals(plain)) {
      budget.take(COST);
      starts.add(rows);
      places.add(plain);
    }
    rows++;
  }

  @Override
  public Place of(long row) {
    int low = 0;
    int high = starts.size() - 1;
    while (low < high) {
      int middle = (low + high + 1) >>> 1;
      if (starts.get(middle) <= row) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    Place start = places.get(low);
    long on = row - starts.get(low);
    return new Place(start.file(), start.line() > 0 ? start.line() + on : 0,
        start.row() >= 0 ? start.row() + on : -1, "");
  }
}
