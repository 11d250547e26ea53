package dev.whence.data.format;

import dev.whence.data.DataException;
import dev.whence.data.Keys;
import dev.whence.data.Numbers;
import dev.whence.data.Place;
import dev.whence.data.RecordReader;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** The records of a text table. */
final class CsvReader implements RecordReader {
  private static final Pattern NUMBER = Pattern.compile("[+-]?(\\d+\\.?\\d*|\\.\\d+)([eE][+-]?\\d+)?");

  private final InputStream in;
  private final CsvParser parser;
  private final Place file;
  private final List<String> names = new ArrayList<>();
  private final String advice;
  private boolean pending;

  CsvReader(InputStream in, CsvParser parser, Place file, boolean header) throws IOException {
    this.in = in;
    this.parser = parser;
    this.file = file;
    if (!parser.next()) {
      throw new DataException(file,
          "the file is empty" + (header ? "; its first line should name the columns" : ""));
    }
    advice = advice(header);
    if (header && parser.count() == 1 && !parser.hasQuotes() && !advice.isEmpty()) {
      throw new DataException(file.atLine(parser.line()),
          "the first line names one column, '" + Keys.brief(parser.text(0)
              .toString()) + "'" + advice);
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

  /** What the first line looks like, if not like names between this parser's delimiters; empty if it does. */
  private String advice(boolean header) throws DataException {
    var line = new StringBuilder();
    boolean numbers = header;
    for (int i = 0; i < parser.count(); i++) {
      String cell = parser.text(i).toString();
      numbers &= NUMBER.matcher(cell.strip()).matches();
      line.append(cell).append('\n');
    }
    if (numbers) {
      return "; the first line holds numbers, no names: state format: {name: csv, header: false}";
    }
    String text = line.toString();
    for (String other : List.of(";", "\t", "|", ",")) {
      long count = text.chars().filter(c -> c == other.charAt(0)).count();
      if (parser.count() == 1 && count > 0) {
        boolean tab = other.equals("\t");
        return "; it has " + count + (tab ? " tabs" : " of '" + other + "'")
            + ": state format: {name: csv, delimiter: "
            + (tab ? "tab" : "\"" + other + "\"") + "}, or quote a name that is meant so";
      }
    }
    return "";
  }

  @Override
  public String advice() {
    return advice;
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
