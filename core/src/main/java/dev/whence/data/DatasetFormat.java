package dev.whence.data;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;

/** A kind of data file. Implementations are found by ServiceLoader; they are stateless and have a public constructor. */
public interface DatasetFormat {
  /** The name a run file chooses it by, such as {@code csv}. */
  String name();

  /** Whether the extension, or for a folder what it holds, says that this is such a file. Opens no file. */
  boolean reads(Path path) throws IOException;

  /** Names of the options {@link #open} understands. */
  Set<String> options();

  /**
   * Opens the file and validates what its head says; the caller closes the reader.
   *
   * @param path a file or folder that exists
   * @param options only those this format knows
   * @param limits what reading may cost
   * @throws DataException if the content is not what the format asks for
   */
  RecordReader open(Path path, Map<String, String> options, DataLimits limits) throws IOException;
}
