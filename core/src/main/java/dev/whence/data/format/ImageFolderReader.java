package dev.whence.data.format;

import dev.whence.data.DataException;
import dev.whence.data.DataLimits;
import dev.whence.data.Numbers;
import dev.whence.data.Place;
import dev.whence.data.RecordReader;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** The images below a folder, one after the other. */
final class ImageFolderReader implements RecordReader {
  private static final int IMAGE = 0;

  private final Path folder;
  private final ImageDecoder decoder;
  private final List<Path> files = new ArrayList<>();
  private final List<String> warnings = new ArrayList<>();
  private int current = -1;

  ImageFolderReader(Path folder, DataLimits limits) throws IOException {
    this.folder = folder;
    this.decoder = new ImageDecoder(limits);
    var others = new ArrayList<Path>();
    collect(others);
    files.sort(Comparator.comparing(this::name));
    if (!others.isEmpty()) {
      warnings.add((others.size() == 1
          ? name(others.getFirst()) + " is no PNG, JPEG, GIF or BMP and was"
          : others.size() + " files, such as " + name(others.getFirst())
              + ", are no PNG, JPEG, GIF or BMP and were")
          + " left out");
    }
    if (files.isEmpty()) {
      throw new DataException(Place.of(folder), "the folder holds no PNG, JPEG, GIF or BMP files");
    }
  }

  private void collect(List<Path> others) throws IOException {
    Path root = folder.toRealPath();
    Files.walkFileTree(folder, new SimpleFileVisitor<>() {
      @Override
      public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes) {
        return !directory.equals(folder) && ImageFolderFormat.isHidden(directory)
            ? FileVisitResult.SKIP_SUBTREE
            : FileVisitResult.CONTINUE;
      }

      @Override
      public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
        if (attributes.isSymbolicLink() && !ImageFolderFormat.isHidden(file)) {
          checkLink(file, root);
        }
        if (ImageFolderFormat.isImage(file)) {
          files.add(file);
        } else if (!ImageFolderFormat.isHidden(file)) {
          others.add(file);
        }
        return FileVisitResult.CONTINUE;
      }
    });
  }

  private static void checkLink(Path link, Path root) throws IOException {
    if (!Files.exists(link) || Files.isDirectory(link) || !link.toRealPath().startsWith(root)) {
      throw new DataException(Place.of(link),
          "the link leads to a folder, to nothing, or out of the data set's folder; copy the files in or remove it");
    }
  }

  /** The path below the folder, with slashes everywhere. */
  private String name(Path file) {
    return folder.relativize(file).toString().replace('\\', '/');
  }

  @Override
  public List<String> fields() {
    return List.of("image", "class");
  }

  @Override
  public void begin(List<Integer> used) {
    // files are opened one at a time
  }

  @Override
  public boolean next() {
    return ++current < files.size();
  }

  @Override
  public void numbers(int field, Numbers into) throws IOException {
    if (field != IMAGE) {
      throw new DataException("a class is a name; use it as label");
    }
    decoder.decode(files.get(current), into);
    for (String warning : decoder.warnings()) {
      warnings.add(name(files.get(current)) + ": " + warning);
    }
  }

  @Override
  public String text(int field) throws IOException {
    Path relative = folder.relativize(files.get(current));
    if (field == IMAGE || relative.getNameCount() < 2) {
      throw new DataException(place(field), field == IMAGE
          ? "an image is no name"
          : "an image outside any folder has no class; move it into its class's folder, or state no label");
    }
    return relative.getName(0).toString();
  }

  @Override
  public Optional<String> id() {
    return Optional.of(name(files.get(current)));
  }

  @Override
  public Place place(int field) {
    return Place.of(files.get(Math.clamp(current, 0, files.size() - 1)));
  }

  @Override
  public List<String> warnings() {
    return List.copyOf(warnings);
  }

  @Override
  public void close() {
    // nothing stays open
  }
}
