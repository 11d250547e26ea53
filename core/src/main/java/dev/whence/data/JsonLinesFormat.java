package dev.whence.data;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * One JSON object a line in UTF-8, {@code .jsonl} and {@code .ndjson}. The keys of the first object are the file's
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
    String name = path.toString().toLowerCase(Locale.ROOT);
    return name.endsWith(".jsonl") || name.endsWith(".ndjson");
  }

  @Override
  public Set<String> options() {
    return Set.of();
  }

  @Override
  public RecordReader open(Path path, Map<String, String> options, DataLimits limits) throws IOException {
    InputStream in = Files.newInputStream(path);
    try {
      return new JsonLinesReader(in, Place.of(path), limits);
    } catch (IOException | RuntimeException e) {
      in.close();
      throw e;
    }
  }
}
