package dev.whence.data;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The objects of a JSON lines file. */
final class JsonLinesReader implements RecordReader {
  private final InputStream in;
  private final Place file;
  private final Lines lines;
  private final ObjectReader json = JsonMapper.builder()
      .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
      .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
      // Python writes NaN and Infinity; read, they are refused with the name of their column
      .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
      .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build()
      .readerFor(new TypeReference<Map<String, @Nullable Object>>() {
      });
  private final List<String> names;
  private Map<String, @Nullable Object> record = Map.of();
  private boolean pending = true;

  JsonLinesReader(InputStream in, Place file, DataLimits limits) throws IOException {
    this.in = in;
    this.file = file;
    this.lines = new Lines(in, file, limits.record());
    if (!advance()) {
      throw new DataException(file, "the file is empty; each line should be a JSON object");
    }
    names = List.copyOf(record.keySet());
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
    return advance();
  }

  private boolean advance() throws IOException {
    String line = lines.next();
    while (line != null && line.isBlank()) {
      line = lines.next();
    }
    if (line == null) {
      return false;
    }
    if (!line.stripLeading().startsWith("{")) {
      throw new DataException(file.atLine(lines.number()), "each line must be a JSON object {…}");
    }
    try {
      record = json.readValue(line);
    } catch (JsonProcessingException e) {
      int column = e.getLocation() == null ? 0 : Math.max(0, e.getLocation().getColumnNr());
      throw new DataException(file.atLine(lines.number()).in("character " + column),
          "no JSON object: " + e.getOriginalMessage(), e);
    }
    return true;
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
  public String text(int field) throws IOException {
    return value(field).text();
  }

  @Override
  public Optional<String> id() {
    return Optional.empty();
  }

  @Override
  public Place place(int field) {
    return file.atLine(lines.number()).in(names.get(field));
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
