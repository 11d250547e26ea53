package dev.whence.data;

import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * The records of a data file in order, one at a time, in bounded memory. Used by one thread: {@link #begin} once, then
 * {@link #next} until it says false, between them the fields of the current record.
 */
public interface RecordReader extends AutoCloseable {
  /** Names of the file's columns, in order. */
  List<String> fields();

  /** What to say more where a column is not found, beginning with a semicolon; empty if nothing. */
  default String advice() {
    return "";
  }

  /** Says which fields, by index, will be asked for; no others are. */
  void begin(List<Integer> used) throws IOException;

  /** Goes to the next record; false after the last. @throws DataException if it is malformed */
  boolean next() throws IOException;

  /**
   * Adds the numbers of one field of the current record, nested lists row-major.
   *
   * @throws DataException if it does not hold numbers; with or without a place
   */
  void numbers(int field, Numbers into) throws IOException;

  /** The field of the current record as text: an id, or the name or number of a class. */
  String text(int field) throws IOException;

  /** Whether the current record holds no value in the field, as formats say that know such a thing. */
  default boolean isNull(int field) throws IOException {
    return false;
  }

  /** The name the format itself gives the current record; empty where that is its number. */
  Optional<String> id();

  /** Where the current record's field stands. */
  Place place(int field);

  /** What a user should know of records that were read all the same, each with its place. */
  default List<String> warnings() {
    return List.of();
  }

  /** Closes the file. */
  @Override
  void close() throws IOException;
}
