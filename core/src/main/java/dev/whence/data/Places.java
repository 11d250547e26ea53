package dev.whence.data;

/** Where each record of a data set stands in its file. */
@FunctionalInterface
interface Places {
  /** The record's file, and its line or number there; without a column. */
  Place of(long row);

  /** Records that came from no file are known by their number. */
  static Places unknown() {
    return row -> new Place("", 0, row, "");
  }
}
