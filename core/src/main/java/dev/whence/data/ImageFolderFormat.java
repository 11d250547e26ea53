package dev.whence.data;

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
 * first folder below the path. Links that lead out of the folder are refused; nothing is resized.
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
      return files.anyMatch(ImageFolderFormat::isImage);
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
    return !name.startsWith(".") && EXTENSIONS.contains(name.substring(name.lastIndexOf('.') + 1));
  }
}
