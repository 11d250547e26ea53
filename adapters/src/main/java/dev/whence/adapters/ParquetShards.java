package dev.whence.adapters;

import dev.whence.data.DataException;
import dev.whence.data.Numbers;
import dev.whence.data.Place;
import dev.whence.data.RecordReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;

/** The rows of several Parquet files of the same columns, file after file. One is open at a time. */
final class ParquetShards implements RecordReader {
  private final List<Path> files;
  private final List<String> names;
  private final List<Integer> used = new ArrayList<>();
  private ParquetReader open;
  private int next = 1;

  /** @param files at least one, in the order of their rows */
  ParquetShards(List<Path> files) throws IOException {
    this.files = List.copyOf(files);
    this.open = ParquetFormat.reader(files.getFirst());
    this.names = open.fields();
  }

  @Override
  public List<String> fields() {
    return names;
  }

  @Override
  public void begin(List<Integer> wanted) throws IOException {
    used.addAll(wanted);
    open.begin(wanted);
  }

  @Override
  public boolean next() throws IOException {
    while (!open.next()) {
      if (next == files.size()) {
        return false;
      }
      open.close();
      open = following(files.get(next++));
    }
    return true;
  }

  private ParquetReader following(Path file) throws IOException {
    ParquetReader reader = ParquetFormat.reader(file);
    try {
      if (!new HashSet<>(reader.fields()).equals(new HashSet<>(names))) {
        throw new DataException(Place.of(file), "has the columns " + reader.fields() + ", " + files.getFirst()
            + " has " + names + "; files of one data set have the same columns");
      }
      reader.begin(used.stream().map(field -> reader.fields().indexOf(names.get(field))).toList());
      return reader;
    } catch (IOException e) {
      reader.close();
      throw e;
    }
  }

  /** The open file may have the columns in another order. */
  private int own(int field) {
    return open.fields().indexOf(names.get(field));
  }

  @Override
  public void numbers(int field, Numbers into) throws IOException {
    open.numbers(own(field), into);
  }

  @Override
  public boolean isNull(int field) throws IOException {
    return open.isNull(own(field));
  }

  @Override
  public String text(int field) throws IOException {
    return open.text(own(field));
  }

  @Override
  public Optional<String> id() {
    return Optional.empty();
  }

  @Override
  public Place place(int field) {
    return open.place(own(field));
  }

  @Override
  public void close() throws IOException {
    open.close();
  }
}
