package dev.whence.graph;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.ServiceLoader;

/** Opens model files of every {@link GraphFormat} on the class path. */
public final class Graphs {
  private Graphs() {
  }

  /** The model with the usual {@link Limits}; the caller closes it. */
  public static Graph read(Path file) throws IOException {
    return read(file, new Limits());
  }

  /**
   * The model, read by the first format that knows the file; the caller closes it.
   *
   * @throws CorruptModelException if the file is damaged
   * @throws UnsupportedModelException if no format reads it, or it holds what Whence does not run
   */
  public static Graph read(Path file, Limits limits) throws IOException {
    if (Files.exists(file) && !Files.isRegularFile(file)) {
      throw new UnsupportedModelException(
          file + " is no file with content of its own but "
              + (Files.isDirectory(file) ? "a folder" : "a device or pipe")
              + "; name the model file itself");
    }
    if (!Files.isRegularFile(file)) {
      throw new java.nio.file.NoSuchFileException(file.toString(), null, "no such model file");
    }
    var known = new ArrayList<String>();
    for (GraphFormat format : ServiceLoader.load(GraphFormat.class, GraphFormat.class.getClassLoader())) {
      if (format.reads(file)) {
        return format.read(file, limits);
      }
      known.add(format.name());
    }
    throw new UnsupportedModelException(file + " is no model file Whence reads; known formats: " + known
        + "; export the model with tools/export.py");
  }
}
