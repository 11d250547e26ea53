package dev.whence.data;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;

/** The records of a text table. */
final class CsvReader implements RecordReader {
  private final InputStream in;
  private final CsvParser parser;
  private final Place file;
  private final List<String> names = new ArrayList<>();
  private boolean pending;

  CsvReader(InputStream in, CsvParser parser, Place file, boolean header) throws IOException {
    this.in = in;
    this.parser = parser;
    this.file = file;
    if (!parser.next()) {
      throw new DataException(file,
          "the file is empty" + (header ? "; its first line should name the columns" : ""));
    }
    var seen = new HashSet<String>();
    for (int i = 0; i < parser.count(); i++) {
      String name = header ? parser.text(i).toString() : "column_" + i;
      if (!seen.add(name)) {
        throw new DataException(file.atLine(parser.line(i)).in(name),
            "two columns have this name; rename one");
      }
      names.add(name);
    }
    pending = !header;
  }

  @Override
  public List<String> fields() {
    return List.copyOf(names);
  }

  @Override
  public void begin(List<Integer> used) {
    // every field is split anyway
  }

  @Override
  public boolean next() throws IOException {
    if (pending) {
      pending = false;
      return true;
    }
    if (!parser.next()) {
      return false;
    }
    if (parser.count() != names.size()) {
      throw new DataException(file.atLine(parser.line()),
          "has " + parser.count() + " fields, the first line has "
              + names.size() + "; a delimiter or a quote may be missing");
    }
    return true;
  }

  @Override
  public void numbers(int field, Numbers into) throws IOException {
    NumberList.parse(parser.text(field), into);
  }

  @Override
  public String text(int field) throws IOException {
    return parser.text(field).toString();
  }

  @Override
  public Optional<String> id() {
    return Optional.empty();
  }

  @Override
  public Place place(int field) {
    return file.atLine(parser.line(field)).in(names.get(field));
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
