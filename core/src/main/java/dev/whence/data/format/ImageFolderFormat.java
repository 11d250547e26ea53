package dev.whence.data.format;

import dev.whence.data.DataException;
import dev.whence.data.DataLimits;
import dev.whence.data.DatasetFormat;
import dev.whence.data.Place;
import dev.whence.data.RecordReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * A folder of PNG, JPEG, GIF or BMP files, in the order of their relative paths, which are their ids. Columns:
 * {@code image}, pixel values 0..255 of shape {@code [channels, height, width]}, and {@code class}, the name of the
 * first folder below the path. Hidden files and folders are skipped, links that lead out of the folder refused.
 */
public final class ImageFolderFormat implements DatasetFormat {
  private static final Set<String> EXTENSIONS = Set.of("png", "jpg", "jpeg", "gif", "bmp");
  private static final int DEPTH = 3;

  /** For ServiceLoader. */
  public ImageFolderFormat() {
  }

  @Override
  public String name() {
    return "images";
  }

  @Override
  public boolean reads(Path path) throws IOException {
    if (!Files.isDirectory(path)) {
      return false;
    }
    try (Stream<Path> files = Files.walk(path, DEPTH)) {
      return files.anyMatch(file -> isImage(file) && !isHiddenBelow(path, file));
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  @Override
  public Set<String> options() {
    return Set.of();
  }

  @Override
  public RecordReader open(Path path, Map<String, String> options, DataLimits limits) throws IOException {
    if (!Files.isDirectory(path)) {
      throw new DataException(Place.of(path),
          "images are read from a folder, this is a file; name its folder");
    }
    return new ImageFolderReader(path, limits);
  }

  /** Whether the extension says so. */
  static boolean isImage(Path file) {
    String name = String.valueOf(file.getFileName()).toLowerCase(Locale.ROOT);
    return !isHidden(file) && EXTENSIONS.contains(name.substring(name.lastIndexOf('.') + 1));
  }

  /** Whether the name begins with a dot, as those do that programs keep beside the user's files, such as {@code .ipynb_checkpoints}. */
  static boolean isHidden(Path file) {
    return String.valueOf(file.getFileName()).startsWith(".");
  }

  private static boolean isHiddenBelow(Path folder, Path file) {
    for (Path part : folder.relativize(file)) {
      if (isHidden(part)) {
        return true;
      }
    }
    return false;
  }
}
