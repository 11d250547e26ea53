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
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Parquet files, {@code .parquet}, read by an embedded DuckDB that may open this one file and nothing else, loads no
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
  public boolean reads(Path path) {
    return path.toString().toLowerCase(Locale.ROOT).endsWith(".parquet");
  }

  @Override
  public Set<String> options() {
    return Set.of();
  }

  @Override
  public RecordReader open(Path path, Map<String, String> options, DataLimits limits) throws IOException {
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
