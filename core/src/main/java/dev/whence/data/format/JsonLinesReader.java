package dev.whence.data.format;

import dev.whence.data.DataException;
import dev.whence.data.DataLimits;
import dev.whence.data.Keys;
import dev.whence.data.Numbers;
import dev.whence.data.Place;
import dev.whence.data.RecordReader;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The JSON objects of a file as records; the first one's keys are the columns. */
final class JsonLinesReader implements RecordReader {
  private final JsonObjects objects;
  private final List<String> names;
  private Map<String, @Nullable Object> record;
  private boolean pending = true;

  JsonLinesReader(InputStream in, Place file, DataLimits limits) throws IOException {
    this.objects = new JsonObjects(in, file, limits);
    Map<String, @Nullable Object> first = objects.next();
    if (first == null) {
      throw new DataException(file, "the file is empty; it should hold JSON objects, such as one per line");
    }
    record = first;
    names = List.copyOf(first.keySet());
  }

  @Override
  public List<String> fields() {
    return names;
  }

  @Override
  public void begin(List<Integer> used) {
    // the first record was read to know the names
  }

  @Override
  public boolean next() throws IOException {
    if (pending) {
      pending = false;
      return true;
    }
    Map<String, @Nullable Object> following = objects.next();
    record = following == null ? Map.of() : following;
    return following != null;
  }

  private PlainValue value(int field) throws DataException {
    String name = names.get(field);
    if (!record.containsKey(name)) {
      throw new DataException(place(field), Keys.unknown("the record has no key", name, record.keySet()));
    }
    return new PlainValue(record.get(name));
  }

  @Override
  public void numbers(int field, Numbers into) throws IOException {
    value(field).numbers(into);
  }

  @Override
  public boolean isNull(int field) {
    String name = names.get(field);
    return record.containsKey(name) && record.get(name) == null;
  }

  @Override
  public String text(int field) throws IOException {
    return value(field).text();
  }

  @Override
  public Optional<String> id() {
    return Optional.empty();
  }

  @Override
  public Place place(int field) {
    return objects.place(names.get(field));
  }

  @Override
  public void close() throws IOException {
    objects.close();
  }
}
