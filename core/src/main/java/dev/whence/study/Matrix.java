package dev.whence.study;

import dev.whence.data.DataException;
import dev.whence.data.Place;
import dev.whence.data.format.Records;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;

/**
 * A matrix made elsewhere: NPY, a column of lists, or a column for each entry whose names are ids.
 *
 * @param file for messages
 * @param rows as they stand in the file, all of one length
 */
record Matrix(Path file, List<double[]> rows) {
  /**
   * Reads a file whose rows have a multiple of the ids' number of entries.
   *
   * @param ids of what a row's entries belong to; columns named so may stand in any order, others are refused
   * @param names columns that hold a row's name, which is passed over
   * @param what an entry belongs to, for messages, such as {@code training example}
   * @throws DataException naming the file, what it holds and what is wanted
   */
  static Matrix read(Path file, List<String> ids, List<String> names, String what) throws IOException {
    try (Records records = Records.open(file)) {
      List<String> fields = records.fields().stream()
          .filter(name -> records.fields().size() == 1 || !names.contains(name)).toList();
      List<String> ordered = fields.size() == 1 && ids.size() != 1
          ? fields
          : ordered(file, fields, ids, what);
      var rows = new ArrayList<double[]>();
      records.forEach(ordered, row -> rows.add(entries(file, row, ordered, ids.size(), what)));
      if (rows.isEmpty()) {
        throw new DataException(Place.of(file), "it has no rows");
      }
      for (int row = 1; row < rows.size(); row++) {
        if (rows.get(row).length != rows.getFirst().length) {
          throw new DataException(Place.of(file).atRow(row), "it has " + rows.get(row).length
              + " entries, the rows before it " + rows.getFirst().length);
        }
      }
      return new Matrix(file, rows);
    }
  }

  private static double[] entries(Path file, Records.Row row, List<String> fields, int count, String what)
      throws IOException {
    double[] entries = fields.size() == 1 ? row.numbers(fields.getFirst()) : new double[fields.size()];
    for (int i = 0; fields.size() > 1 && i < entries.length; i++) {
      double[] one = row.numbers(fields.get(i));
      if (one.length != 1) {
        throw new DataException(Place.of(file).atRow(row.index()).in(fields.get(i)),
            "one number is wanted, got a list of " + one.length);
      }
      entries[i] = one[0];
    }
    if (entries.length == 0 || entries.length % count != 0) {
      throw new DataException(Place.of(file).atRow(row.index()),
          "a row must have " + count + " entries, one for each " + what + ", got " + entries.length);
    }
    return entries;
  }

  private static List<String> ordered(Path file, List<String> fields, List<String> ids, String what)
      throws DataException {
    if (fields.size() == 1 || fields.equals(ids)) {
      return fields;
    }
    var known = new HashSet<>(ids);
    for (String field : fields) {
      if (!known.contains(field)) {
        throw new DataException(Place.of(file).in(field),
            "a column must bear the id of a " + what + ", such as '" + ids.getFirst()
                + "'; name columns by ids, or write one column of lists in the run's order");
      }
    }
    for (String id : ids) {
      if (!fields.contains(id)) {
        throw new DataException(Place.of(file),
            "there is no column for the " + what + " '" + id + "', one of " + ids.size());
      }
    }
    return ids;
  }

  /** Positions of ids. */
  static Map<String, Integer> positions(List<String> ids) {
    var positions = new HashMap<String, Integer>();
    for (int i = 0; i < ids.size(); i++) {
      positions.put(ids.get(i), i);
    }
    return positions;
  }

  /** The file's own message with this row's place. */
  DataException wrong(long row, String problem) {
    return new DataException(Place.of(file).atRow(row), problem);
  }

  /** A row as floats. */
  float[] floats(int row) {
    double[] from = rows.get(row);
    float[] floats = new float[from.length];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = (float) from[i];
    }
    return floats;
  }

  /** A part of a row. */
  double[] part(int row, int from, int length) {
    return Arrays.copyOfRange(rows.get(row), from, from + length);
  }
}
