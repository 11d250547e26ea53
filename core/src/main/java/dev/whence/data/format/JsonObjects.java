package dev.whence.data.format;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.core.io.JsonEOFException;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import dev.whence.data.DataException;
import dev.whence.data.DataLimits;
import dev.whence.data.Place;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The JSON objects of a file one after the other, however they are laid out: one per line, several per line, one over many lines, or
 * all in one array. Holds one at a time. Used by one thread.
 */
final class JsonObjects implements AutoCloseable {
  private static final int DEEPEST = 200;

  private final Place file;
  private final Utf8Reader text;
  private final JsonParser parser;
  private boolean inArray;
  private boolean begun;
  private Map<String, Long> lines = Map.of();
  private long line;

  JsonObjects(InputStream in, Place file, DataLimits limits) throws IOException {
    this.file = file;
    this.text = new Utf8Reader(in, file, limits.record());
    var constraints = StreamReadConstraints.builder().maxStringLength(limits.record()).build();
    this.parser = new JsonFactoryBuilder().streamReadConstraints(constraints)
        .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
        // Python writes NaN and Infinity; read, they are refused with the name of their column
        .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS).build().createParser(text);
  }

  /** The next object's values by key, in order; null after the last. @throws DataException where the text is no JSON */
  @Nullable
  Map<String, @Nullable Object> next() throws IOException {
    try {
      JsonToken token = parser.nextToken();
      if (!begun && token == JsonToken.START_ARRAY) {
        inArray = true;
        token = parser.nextToken();
      }
      begun = true;
      if (inArray && token == JsonToken.END_ARRAY) {
        inArray = false;
        if (parser.nextToken() != null) {
          throw new DataException(here(), "something follows the closing ] of the array; remove it");
        }
        return null;
      }
      if (token == null) {
        if (inArray) {
          throw new DataException(here(), "the file ends inside its array; it is cut off");
        }
        return null;
      }
      if (token != JsonToken.START_OBJECT) {
        throw new DataException(here(),
            "a JSON object {…} is wanted for each record, here stands " + kind(token));
      }
      line = parser.currentTokenLocation().getLineNr();
      Map<String, @Nullable Object> values = object(true, 1);
      text.markRecord();
      return values;
    } catch (JacksonException e) {
      throw wrong(e);
    }
  }

  /** Where the last object begins. */
  Place place() {
    return file.atLine(line);
  }

  /** Where the value of a key of the last object stands. */
  Place place(String key) {
    return file.atLine(lines.getOrDefault(key, line)).in(key);
  }

  private Map<String, @Nullable Object> object(boolean outermost, int depth) throws IOException {
    var values = new LinkedHashMap<String, @Nullable Object>();
    var found = new LinkedHashMap<String, Long>();
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String key = parser.currentName();
      long at = parser.currentTokenLocation().getLineNr();
      if (values.containsKey(key)) {
        throw new DataException(here().in(key), "the key occurs twice in one object; remove one");
      }
      parser.nextToken();
      values.put(key, value(depth));
      if (outermost) {
        found.put(key, at);
      }
    }
    if (outermost) {
      lines = found;
    }
    return values;
  }

  private @Nullable Object value(int depth) throws IOException {
    if (depth > DEEPEST) {
      throw new DataException(here(), "lists and objects are nested more than " + DEEPEST + " deep");
    }
    return switch (parser.currentToken()) {
      case START_OBJECT -> object(false, depth + 1);
      case START_ARRAY -> list(depth + 1);
      case VALUE_STRING -> parser.getText();
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> parser.getNumberValue();
      case VALUE_TRUE -> true;
      case VALUE_FALSE -> false;
      default -> null;
    };
  }

  private List<@Nullable Object> list(int depth) throws IOException {
    var values = new ArrayList<@Nullable Object>();
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      values.add(value(depth));
    }
    return values;
  }

  private Place here() {
    return file.atLine(parser.currentTokenLocation().getLineNr());
  }

  /** The library's own words speak of its sources and tokens; these speak of the file. */
  private DataException wrong(JacksonException e) {
    var location = parser.currentLocation();
    Place place = file.atLine(location.getLineNr())
        .in("character " + Math.max(1, location.getColumnNr() - 1));
    String problem = switch (e) {
      case JsonEOFException _ ->
        "the file ends inside a value; it is cut off, or a quote or bracket is missing";
      case StreamConstraintsException _ ->
        "a name, number or text is longer, or a value nested deeper, than any reader takes";
      default -> "this is no JSON; a comma, quote or bracket is missing or too many before it";
    };
    return new DataException(place, problem, e);
  }

  private static String kind(JsonToken token) {
    return switch (token) {
      case START_ARRAY -> "a list";
      case VALUE_STRING -> "a text";
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> "a number";
      default -> "no object";
    };
  }

  @Override
  public void close() throws IOException {
    text.close();
  }
}
