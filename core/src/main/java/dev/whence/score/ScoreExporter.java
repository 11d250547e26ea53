package dev.whence.score;

import java.io.IOException;
import java.nio.file.Path;

/**
 * Writes scores in a format of others; found by {@link dev.whence.run.Registry} under its
 * {@link dev.whence.run.Named} name. The file is there whole or not at all.
 */
public interface ScoreExporter {
  /** The usual end of a file's name, without the dot. */
  String extension();

  /**
   * Writes all scores with ids, semantics and provenance. Absent scores stay absent.
   *
   * @throws IllegalArgumentException if the format cannot express the matrix; says which can
   */
  void export(ScoreMatrix scores, Path file) throws IOException;
}
