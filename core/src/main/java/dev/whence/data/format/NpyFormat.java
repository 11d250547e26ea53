package dev.whence.data.format;

import dev.whence.data.DataException;
import dev.whence.data.DataLimits;
import dev.whence.data.DatasetFormat;
import dev.whence.data.Place;
import dev.whence.data.RecordReader;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * NumPy arrays, the first axis counting examples. The path is an {@code .npy} file or a folder of them; every
 * {@code NAME.npy} in the folder is the column {@code NAME}. Files are mapped; pickled objects are refused.
 */
public final class NpyFormat implements DatasetFormat {
  private static final String EXTENSION = ".npy";

  /** For ServiceLoader. */
  public NpyFormat() {
  }

  @Override
  public String name() {
    return "npy";
  }

  @Override
  public boolean reads(Path path) throws IOException {
    return Files.isDirectory(path)
        ? !arrays(path).isEmpty()
        : path.toString().toLowerCase(Locale.ROOT).endsWith(EXTENSION);
  }

  @Override
  public Set<String> options() {
    return Set.of();
  }

  @Override
  public RecordReader open(Path path, Map<String, String> options, DataLimits limits) throws IOException {
    if (Files.isDirectory(path)) {
      List<Path> arrays = arrays(path);
      for (Path file : arrays) {
        checkLink(file, path);
      }
      return new NpyReader(Place.of(path), arrays);
    }
    var files = new ArrayList<Path>();
    files.add(path);
    Path folder = path.toAbsolutePath().getParent();
    if (folder != null) {
      for (Path sibling : arrays(folder)) {
        if (!Files.isSameFile(sibling, path)) {
          files.add(path.resolveSibling(sibling.getFileName()));
        }
      }
    }
    return new NpyReader(Place.of(path), files);
  }

  private static void checkLink(Path file, Path folder) throws IOException {
    if (Files.isSymbolicLink(file)
        && !(Files.exists(file) && file.toRealPath().startsWith(folder.toRealPath()))) {
      throw new DataException(Place.of(file),
          "the link leads to nothing, or out of the data set's folder; copy the file in or remove it");
    }
  }

  /** The column a file is. */
  static String column(Path file) {
    String name = String.valueOf(file.getFileName());
    return name.toLowerCase(Locale.ROOT).endsWith(EXTENSION)
        ? name.substring(0, name.length() - EXTENSION.length())
        : name;
  }

  private static List<Path> arrays(Path folder) throws IOException {
    var files = new ArrayList<Path>();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder, "*" + EXTENSION)) {
      entries.forEach(files::add);
    }
    files.removeIf(ImageFolderFormat::isHidden);
    files.sort(null);
    return files;
  }
}
