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
 * Text tables by RFC 4180 in UTF-8, {@code .csv} and {@code .tsv}, packed by gzip or not. Options: {@code delimiter}, one ASCII character or
 * {@code tab}; {@code header: false} for files without a line of names, whose columns are then called
 * {@code column_0}, {@code column_1}, …
 */
public final class CsvFormat implements DatasetFormat {
  /** For ServiceLoader. */
  public CsvFormat() {
  }

  @Override
  public String name() {
    return "csv";
  }

  @Override
  public boolean reads(Path path) {
    String name = TextFiles.plainName(path);
    return name.endsWith(".csv") || name.endsWith(".tsv");
  }

  @Override
  public Set<String> options() {
    return Set.of("delimiter", "header");
  }

  @Override
  public RecordReader open(Path path, Map<String, String> options, DataLimits limits) throws IOException {
    boolean tabs = TextFiles.plainName(path).endsWith(".tsv");
    char delimiter = delimiter(options.getOrDefault("delimiter", tabs ? "tab" : ","));
    String header = options.getOrDefault("header", "true");
    if (!Set.of("true", "false").contains(header)) {
      throw new IllegalArgumentException("format.header must be true or false, got '" + header + "'");
    }
    InputStream in = TextFiles.open(path);
    try {
      var parser = new CsvParser(in, Place.of(path), delimiter, limits.record());
      return new CsvReader(in, parser, Place.of(path), header.equals("true"));
    } catch (IOException | RuntimeException e) {
      in.close();
      throw e;
    }
  }

  private static char delimiter(String text) {
    String one = text.equals("tab") ? "\t" : text;
    if (one.length() != 1 || one.charAt(0) > 126 || "\"\r\n".contains(one)) {
      throw new IllegalArgumentException(
          "format.delimiter must be one ASCII character or tab, no quote and no line end, got '" + text
              + "'");
    }
    return one.charAt(0);
  }
}
