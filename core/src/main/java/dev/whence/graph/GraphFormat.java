package dev.whence.graph;

import java.io.IOException;
import java.nio.file.Path;

/** Reads one kind of model file; found by ServiceLoader. Safe for any thread. */
public interface GraphFormat {
  /** What the format is called in messages, such as {@code torch.export archive (.pt2)}. */
  String name();

  /** Whether the file looks like this format; a glance, not a check. */
  boolean reads(Path file) throws IOException;

  /**
   * The model; the caller closes it.
   *
   * @throws CorruptModelException if the file is damaged or breaks a limit
   * @throws UnsupportedModelException if the file is sound but holds what Whence does not run
   */
  Graph read(Path file, Limits limits) throws IOException;
}
