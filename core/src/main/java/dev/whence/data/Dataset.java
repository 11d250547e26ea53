package dev.whence.data;

import dev.whence.run.Fingerprint;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A fixed sequence of examples, each a row over named columns of numbers. Rows are addressed from 0. Immutable and
 * safe for any thread; {@link #batch} makes tensors in the caller's scope.
 */
public interface Dataset extends Examples {
  /** The columns in order; every one has a value for every row. */
  List<Column> columns();

  /** The name a user knows the row by; unique within the data set, but where rows repeat. */
  @Override
  String id(long row);

  /** What a reader knows the row by, such as the sentence behind its tokens; empty where the data name none. */
  Optional<String> text(long row);

  /**
   * What the numbers of a column are called, one name each in row-major order: the file's columns they come from. Empty where the
   * file has no name for each.
   */
  List<String> elementNames(String column);

  /** Where the row's value of a column was read: file, line or row, and the file's column, as far as they are known. */
  Place place(long row, String column);

  /** Where a column was read: its file, and the file's column. */
  Place place(String column);

  /**
   * What encodings, imputations and scalings stand on: for each column with such its parts as the keys of a run file, what was
   * learned from rows written out.
   */
  Map<String, Object> mappings();

  /** What a user should know of the file, though it was read, each with its place. */
  List<String> warnings();

  /** Values of a column as they were before scaling, shifting and standardising; themselves where nothing of this was done. */
  double[] inOwnUnits(String column, double[] values);

  /**
   * What the numbers of a column are to a reader, in order: the file's columns in their own units and words, or single numbers
   * where nothing more is known. Their values are of what {@link #inOwnUnits} gives.
   */
  List<Feature> features(String column);

  /** Names of the classes the label column numbers from 0, or an empty list where labels are no classes. */
  List<String> classNames();

  /**
   * The rows as tensors, one per column, of shape {@code [rows.length, …column.shape()]}, in the order asked for.
   *
   * @throws IndexOutOfBoundsException if a row is not in [0, size)
   */
  Batch batch(long... rows);

  /** A digest of all values, ids and names: two data sets with the same one hold the same examples in the same order. */
  Fingerprint fingerprint();

  /** A view on some rows, in that order; rows may repeat, ids then repeat too. */
  Dataset select(long... rows);
}
