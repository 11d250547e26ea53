package dev.whence.data.format;

import dev.whence.data.DataLimits;
import dev.whence.data.DatasetFormat;
import dev.whence.data.Place;
import dev.whence.data.RecordReader;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;

/**
 * JSON objects in UTF-8, {@code .jsonl}, {@code .ndjson} and {@code .json}, packed by gzip or not: one per line, over many lines,
 * or in one array. The keys of the first object are the file's
 * columns; a value is a number, a text, a truth value, or a list, nested or not.
 */
public final class JsonLinesFormat implements DatasetFormat {
  /** For ServiceLoader. */
  public JsonLinesFormat() {
  }

  @Override
  public String name() {
    return "jsonl";
  }

  @Override
  public boolean reads(Path path) {
    String name = TextFiles.plainName(path);
    return name.endsWith(".jsonl") || name.endsWith(".ndjson") || name.endsWith(".json");
  }

  @Override
  public Set<String> options() {
    return Set.of();
  }

  @Override
  public RecordReader open(Path path, Map<String, String> options, DataLimits limits) throws IOException {
    InputStream in = TextFiles.open(path);
    try {
      return new JsonLinesReader(in, Place.of(path), limits);
    } catch (IOException | RuntimeException e) {
      in.close();
      throw e;
    }
  }
}
