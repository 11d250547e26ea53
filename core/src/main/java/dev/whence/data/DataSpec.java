package dev.whence.data;

import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/**
 * Which file to read and what its columns become: the {@code data} part of a run file.
 *
 * @param path file, or folder of images or NPY files
 * @param format how to read it
 * @param columns tensor name → source, in order; the names are those of the model's inputs
 * @param label what the column {@link Datasets#LABEL} is made from
 * @param id the file's column that names the examples; empty for their row number, or an image's path in its folder
 * @param text the file's column that reports show of an example; empty for none
 * @param rows which records are taken
 * @param limits what reading may cost
 */
public record DataSpec(Path path, FormatChoice format, Map<String, Source> columns, Label label, String id,
    String text, Rows rows, DataLimits limits) {
  /** Checks and copies, keeping the order. */
  public DataSpec {
    Objects.requireNonNull(path);
    columns = Collections.unmodifiableMap(new LinkedHashMap<>(columns));
    if (columns.containsKey(Datasets.LABEL)) {
      throw new IllegalArgumentException(
          "the column 'label' is described by the key label, not among columns; move it there");
    }
  }

  /** A file with nothing said about it yet. */
  public static DataSpec of(Path path) {
    return new DataSpec(path, FormatChoice.AUTO, Map.of(), Label.none(), "", "", Rows.ALL, new DataLimits());
  }

  /**
   * Reads the {@code data} part of a run file. docs/data.md describes the keys.
   *
   * @param settings as a YAML or JSON reader gives them
   * @param folder what a relative path starts from
   * @throws IllegalArgumentException naming the key, what is wrong, and for an unknown key the nearest known one
   */
  public static DataSpec parse(Map<String, ?> settings, Path folder) {
    return new DataSpecParser(folder).parse(settings);
  }

  /** The same with another column. */
  public DataSpec withColumn(String name, Source source) {
    var more = new LinkedHashMap<>(columns);
    more.put(name, source);
    return new DataSpec(path, format, more, label, id, text, rows, limits);
  }

  /**
   * The same with what was learned for the columns that are described alike elsewhere.
   *
   * @param described the other data set's spec as it was given
   * @param learned the same with nothing open, of {@link Datasets#fitted}
   * @throws IllegalArgumentException if a column would have to be learned from these rows
   */
  public DataSpec fittedAs(DataSpec described, DataSpec learned) {
    DataSpec result = this;
    for (var column : columns.entrySet()) {
      Source other = described.columns.get(column.getKey());
      if (column.getValue().equals(other)) {
        result = result.withColumn(column.getKey(),
            Objects.requireNonNull(learned.columns.get(column.getKey())));
      } else if (column.getValue().isOpen()) {
        throw new IllegalArgumentException("targets.columns." + column.getKey()
            + ": what is learned from rows is learned from the training examples; describe the column as under data, or"
            + " state categories, fill, and standardize: {mean, std}");
      }
    }
    return result;
  }

  /** The same with another label. */
  public DataSpec withLabel(Label other) {
    return new DataSpec(path, format, columns, other, id, text, rows, limits);
  }

  /** The same with ids from a column of the file. */
  public DataSpec withId(String column) {
    return new DataSpec(path, format, columns, label, column, text, rows, limits);
  }

  /** The same with a text for reports from a column of the file. */
  public DataSpec withText(String column) {
    return new DataSpec(path, format, columns, label, id, column, rows, limits);
  }

  /** The same with other rows. */
  public DataSpec withRows(Rows other) {
    return new DataSpec(path, format, columns, label, id, text, other, limits);
  }

  /** The same with a named format. */
  public DataSpec withFormat(FormatChoice other) {
    return new DataSpec(path, other, columns, label, id, text, rows, limits);
  }

  /** The same with other limits. */
  public DataSpec withLimits(DataLimits other) {
    return new DataSpec(path, format, columns, label, id, text, rows, other);
  }
}
