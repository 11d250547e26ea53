package dev.whence.data;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/**
 * The values of one column outside the heap, in chunks of whole rows, freed when the last data set over them is
 * collected. Filled by one thread, then read by any.
 */
final class ColumnStorage {
  private static final long CHUNK = 1 << 17;

  private final Column column;
  private final MemoryBudget budget;
  private final long rowBytes;
  private final long chunkRows;
  private final Arena arena = Arena.ofAuto();
  private final List<MemorySegment> chunks = new ArrayList<>();
  private long rows;

  /** @throws DataException without a place, if one row is past the limit */
  ColumnStorage(Column column, MemoryBudget budget) throws DataException {
    this.column = column;
    this.budget = budget;
    long bytes = column.dtype().bytes();
    for (long extent : column.shape()) {
      bytes = Math.multiplyHigh(bytes, extent) == 0 ? bytes * extent : -1;
      if (bytes < 0) {
        throw new DataException("one value of shape " + column.shape() + " is larger than any memory");
      }
    }
    this.rowBytes = bytes;
    this.chunkRows = Math.max(1, CHUNK / Math.max(1, bytes));
  }

  Column column() {
    return column;
  }

  long rows() {
    return rows;
  }

  long rowBytes() {
    return rowBytes;
  }

  /** Memory of a new last row, zeros. @throws DataException without a place, past the limit */
  MemorySegment append() throws DataException {
    if (rows == chunks.size() * chunkRows) {
      budget.take(chunkRows * rowBytes);
      chunks.add(arena.allocate(chunkRows * rowBytes, 64));
    }
    return row(rows++);
  }

  MemorySegment row(long index) {
    return chunks.get((int) (index / chunkRows)).asSlice(index % chunkRows * rowBytes, rowBytes);
  }
}
