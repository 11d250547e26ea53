package dev.whence.data.format;

import dev.whence.data.DataException;
import dev.whence.data.Numbers;
import dev.whence.data.Place;
import dev.whence.data.RecordReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** The rows of NPY files side by side. */
final class NpyReader implements RecordReader {
  private final Place folder;
  private final List<Path> files;
  private final Map<Integer, NpyArray> arrays = new HashMap<>();
  private long rows;
  private long row = -1;

  NpyReader(Place folder, List<Path> files) {
    this.folder = folder;
    this.files = List.copyOf(files);
  }

  @Override
  public List<String> fields() {
    return files.stream().map(NpyFormat::column).toList();
  }

  @Override
  public void begin(List<Integer> used) throws IOException {
    for (int field : used) {
      NpyArray array = new NpyArray(files.get(field));
      arrays.put(field, array);
      if (arrays.size() == 1) {
        rows = array.header().rows();
      } else if (array.header().rows() != rows) {
        throw new DataException(array.file(),
            "has " + array.header().rows() + " rows, " + files.get(used.getFirst())
                + " has " + rows + "; arrays of one data set have one row for each example");
      }
    }
  }

  @Override
  public boolean next() {
    return ++row < rows;
  }

  @Override
  public void numbers(int field, Numbers into) throws IOException {
    array(field).numbers(row, into);
  }

  @Override
  public String text(int field) throws IOException {
    try {
      return array(field).text(row);
    } catch (DataException e) {
      throw e.at(place(field));
    }
  }

  private NpyArray array(int field) {
    return Objects.requireNonNull(arrays.get(field), "the field was not named in begin()");
  }

  @Override
  public Optional<String> id() {
    return Optional.empty();
  }

  @Override
  public Place place(int field) {
    return (arrays.containsKey(field) ? array(field).file() : folder).atRow(row);
  }

  @Override
  public void close() {
    arrays.values().forEach(NpyArray::close);
  }
}
