package dev.whence.data.format;

import dev.whence.data.DataException;
import dev.whence.data.DataSpec;
import dev.whence.data.DatasetFormat;
import dev.whence.data.Datasets;
import dev.whence.data.Numbers;
import dev.whence.data.Place;
import dev.whence.data.RecordReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * A file of any known format read record by record, for files that describe no examples, such as matrices of scores. Used by
 * one thread; the caller closes it.
 */
public final class Records implements AutoCloseable {
  private final RecordReader reader;
  private final Path file;
  private final List<String> fields;

  private Records(RecordReader reader, Path file, List<String> fields) {
    this.reader = reader;
    this.file = file;
    this.fields = List.copyOf(fields);
  }

  /** One record. */
  public interface Row {
    /** Counted from 0. */
    long index();

    /** The field's numbers, nested lists row-major. @throws DataException naming the place, if it does not hold finite numbers */
    double[] numbers(String field) throws IOException;

    /** The field as text. @throws DataException naming the place, if it is missing or a list */
    String text(String field) throws IOException;
  }

  /** Takes records one after the other. */
  @FunctionalInterface
  public interface Visitor {
    /** Takes one; it is of no use afterwards. */
    void visit(Row row) throws IOException;
  }

  /**
   * Opens a file; the extension tells its format.
   *
   * @throws DataException if it is missing, of no known format or damaged
   */
  public static Records open(Path file) throws IOException {
    if (!Files.isRegularFile(file)) {
      throw new DataException(Place.of(file), "there is no such file");
    }
    DataSpec spec = DataSpec.of(file);
    DatasetFormat format = Datasets.format(spec);
    RecordReader reader = format.open(file, Map.of(), spec.limits());
    // arrays beside an NPY file are columns of the same data set, of no concern here
    List<String> fields = format instanceof NpyFormat ? List.of(NpyFormat.column(file)) : reader.fields();
    return new Records(reader, file, fields);
  }

  /** What is read. */
  public Path file() {
    return file;
  }

  /** Names of the file's columns, in order. */
  public List<String> fields() {
    return fields;
  }

  /**
   * Goes through all records, once.
   *
   * @param used the fields that will be asked for
   */
  public void forEach(List<String> used, Visitor visitor) throws IOException {
    var positions = new LinkedHashMap<String, Integer>();
    used.forEach(name -> positions.put(name, reader.fields().indexOf(name)));
    reader.begin(new ArrayList<>(positions.values()));
    for (long index = 0; reader.next(); index++) {
      visitor.visit(new Current(reader, positions, index));
    }
  }

  private record Current(RecordReader reader, Map<String, Integer> positions, long index) implements Row {
    @Override
    public double[] numbers(String field) throws IOException {
      int position = Objects.requireNonNull(positions.get(field));
      var numbers = new Numbers(false, List.of(), Integer.MAX_VALUE);
      try {
        reader.numbers(position, numbers);
      } catch (DataException e) {
        throw e.at(reader.place(position));
      }
      double[] values = new double[numbers.size()];
      for (int i = 0; i < values.length; i++) {
        values[i] = numbers.doubleAt(i);
      }
      return values;
    }

    @Override
    public String text(String field) throws IOException {
      return reader.text(Objects.requireNonNull(positions.get(field)));
    }
  }

  @Override
  public void close() throws IOException {
    reader.close();
  }
}
