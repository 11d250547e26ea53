package dev.whence.study;

import dev.whence.run.AtomicFiles;
import dev.whence.run.IncompatibleException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Where a run keeps what. */
record StudyFolder(Path root) {
  /** What decides the trained models: a folder holds one answer to it. */
  private static final List<String> DECISIVE = List.of("model", "data", "targets", "task", "training",
      "seed");

  /** The first line of a run file that a folder keeps: a user's own file of that name is never taken for one. */
  private static final String MARK = "# Written by Whence: what was asked, every default filled in.\n";

  /**
   * Makes the folder, or checks that what it holds was asked for in the same words.
   *
   * @throws IncompatibleException naming the first key that differs
   * @throws IllegalArgumentException if it cannot be made or written
   */
  static StudyFolder of(Path root, RunFile file) throws IOException {
    var folder = new StudyFolder(root);
    Map<String, Object> wanted = file.values();
    if (Files.exists(folder.runFile())) {
      folder.requireOurs();
      // through text and back, so that both sides are what YAML makes of them
      folder.compare(Yaml.parse(Yaml.write(wanted), folder.runFile()));
    }
    try {
      Files.createDirectories(root);
      AtomicFiles.writeText(folder.runFile(), MARK + Yaml.write(wanted));
    } catch (FileSystemException e) {
      throw new IllegalArgumentException(
          "the run's folder " + root + " cannot be written: " + reason(e) + "; choose another with --out", e);
    }
    return folder;
  }

  private static String reason(FileSystemException e) {
    return switch (e) {
      case AccessDeniedException denied -> "permission denied for " + denied.getFile();
      case FileAlreadyExistsException present -> present.getFile() + " is a file";
      default -> String.valueOf(e.getMessage());
    };
  }

  private void requireOurs() throws IOException {
    if (!Files.readString(runFile()).startsWith(MARK)) {
      throw new IncompatibleException(
          runFile() + " is not one that Whence wrote; choose another folder with --out");
    }
  }

  private void compare(Map<String, Object> given) throws IOException {
    Map<String, Object> kept = Yaml.read(runFile());
    for (String section : DECISIVE) {
      Optional<String> difference = difference(section, kept.get(section), given.get(section));
      if (difference.isPresent()) {
        throw new IncompatibleException(root + " holds a run with another " + difference.get()
            + "; choose another folder with --out, or begin anew with --overwrite");
      }
    }
  }

  /** The first key, as deep as it goes, whose values differ, with both. */
  private static Optional<String> difference(String key, @Nullable Object kept, @Nullable Object given) {
    if (kept instanceof Map<?, ?> one && given instanceof Map<?, ?> other) {
      var names = new LinkedHashSet<Object>(one.keySet());
      names.addAll(other.keySet());
      return names.stream().map(name -> difference(key + "." + name, one.get(name), other.get(name)))
          .flatMap(Optional::stream).findFirst();
    }
    return Objects.equals(kept, given)
        ? Optional.empty()
        : Optional.of("'%s': %s there, %s now".formatted(key, kept == null ? "nothing" : kept,
            given == null ? "nothing" : given));
  }

  /** What steps leave in a folder. */
  private static final List<String> CONTENTS = List.of("checkpoints", "gradients", "outcomes", "scores",
      "exports", "evaluation",
      "provenance.json", "report.html", "run.yaml");

  /**
   * Deletes what an earlier run left, and nothing else. Does nothing where there was no run.
   *
   * @throws IncompatibleException if the run file there is somebody's own
   */
  void clear() throws IOException {
    if (!Files.exists(runFile())) {
      return;
    }
    requireOurs();
    for (String name : CONTENTS) {
      Path place = root.resolve(name);
      if (Files.exists(place, LinkOption.NOFOLLOW_LINKS)) {
        try (Stream<Path> below = Files.walk(place)) {
          for (Path each : below.sorted(Comparator.reverseOrder()).toList()) {
            Files.delete(each);
          }
        }
      }
    }
  }

  Path runFile() {
    return root.resolve("run.yaml");
  }

  Path provenance() {
    return root.resolve("provenance.json");
  }

  Path checkpoints() {
    return root.resolve("checkpoints");
  }

  Path outcomes(EvaluationSettings settings) {
    return root.resolve("outcomes")
        .resolve(
            "%d-of-%s-by-%d.outcomes".formatted(settings.subsets(), settings.fraction(), settings.repeats()));
  }

  Path scores(String method) {
    return root.resolve("scores").resolve(method + ".scores");
  }

  Path evaluation() {
    return root.resolve("evaluation").resolve("lds.json");
  }
}
