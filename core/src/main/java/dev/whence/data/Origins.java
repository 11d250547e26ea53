package dev.whence.data;

import java.util.Map;

/**
 * Where the values of a data set came from.
 *
 * @param records the place of each record
 * @param columns column → the file's column behind it, with its file where that is another than the record's
 */
record Origins(Places records, Map<String, Place> columns) {
  /** Of data that came from no file. */
  static final Origins NONE = new Origins(Places.unknown(), Map.of());

  /** Copies. */
  Origins {
    columns = Map.copyOf(columns);
  }

  /** Where a row's value of a column stands. */
  Place of(long row, String column) {
    return named(records.of(row), column);
  }

  /** Where a whole column stands, its first record known. */
  Place of(String column) {
    Place first = records.of(0);
    return named(Place.of(first.file()), column);
  }

  private Place named(Place record, String column) {
    Place origin = columns.getOrDefault(column, new Place("", 0, -1, column));
    return new Place(origin.file().isEmpty() ? record.file() : origin.file(), record.line(), record.row(),
        origin.column());
  }
}
