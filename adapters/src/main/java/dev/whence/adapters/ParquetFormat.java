package dev.whence.adapters;

import dev.whence.data.DataException;
import dev.whence.data.DataLimits;
import dev.whence.data.DatasetFormat;
import dev.whence.data.Place;
import dev.whence.data.RecordReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Parquet files, {@code .parquet}, or a folder of them in the order of their names, read by an embedded DuckDB that may open this one file and nothing else, loads no
 * extension and writes nothing. Columns hold numbers, texts, truth values, or lists of them, nested or not.
 */
public final class ParquetFormat implements DatasetFormat {
  private static final byte[] MAGIC = "PAR1".getBytes(StandardCharsets.US_ASCII);
  private static final int SMALLEST = 12;

  /** For ServiceLoader. */
  public ParquetFormat() {
  }

  @Override
  public String name() {
    return "parquet";
  }

  @Override
  public boolean reads(Path path) throws IOException {
    return Files.isDirectory(path) ? !shards(path).isEmpty() : isParquet(path);
  }

  private static boolean isParquet(Path path) {
    String name = String.valueOf(path.getFileName()).toLowerCase(Locale.ROOT);
    return name.endsWith(".parquet") && !name.startsWith(".");
  }

  /** The Parquet files of a folder in the order of their names. @throws DataException if one lies elsewhere */
  private static List<Path> shards(Path folder) throws IOException {
    var files = new ArrayList<Path>();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder, ParquetFormat::isParquet)) {
      entries.forEach(files::add);
    }
    Collections.sort(files);
    for (Path file : files) {
      if (Files.isDirectory(file) || !file.toRealPath().startsWith(folder.toRealPath())) {
        throw new DataException(Place.of(file),
            "is a folder, or a link that leads out of the data set's folder; copy the file in or remove it");
      }
    }
    return files;
  }

  @Override
  public Set<String> options() {
    return Set.of();
  }

  @Override
  public RecordReader open(Path path, Map<String, String> options, DataLimits limits) throws IOException {
    if (!Files.isDirectory(path)) {
      return reader(path);
    }
    List<Path> files = shards(path);
    if (files.isEmpty()) {
      throw new DataException(Place.of(path), "the folder holds no .parquet files");
    }
    return new ParquetShards(files);
  }

  /** One file. */
  static ParquetReader reader(Path path) throws IOException {
    checkFrame(path);
    try {
      return new ParquetReader(path);
    } catch (SQLException e) {
      throw ParquetReader.corrupt(Place.of(path), e);
    }
  }

  /** Magic at both ends and a footer inside the file, so that an error has a better sentence than a library's. */
  private static void checkFrame(Path path) throws IOException {
    try (FileChannel channel = FileChannel.open(path)) {
      long size = channel.size();
      if (size < SMALLEST) {
        throw new DataException(Place.of(path), size == 0
            ? "the file is empty"
            : "the file has " + size + " bytes, no Parquet file is that small; it may be cut off");
      }
      if (!ByteBuffer.wrap(MAGIC).equals(bytes(channel, 0))
          || !ByteBuffer.wrap(MAGIC).equals(bytes(channel, size - 4))) {
        throw new DataException(Place.of(path),
            "a Parquet file begins and ends with PAR1, this one does not; it may be cut off or of another format");
      }
      long footer = bytes(channel, size - 8).order(ByteOrder.LITTLE_ENDIAN).getInt() & 0xFFFFFFFFL;
      if (footer > size - SMALLEST) {
        throw new DataException(Place.of(path), "the footer should have " + footer
            + " bytes, more than the whole file; the file is damaged, write it again");
      }
    }
  }

  private static ByteBuffer bytes(FileChannel channel, long position) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(MAGIC.length);
    channel.read(buffer, position);
    return buffer.flip();
  }
}
