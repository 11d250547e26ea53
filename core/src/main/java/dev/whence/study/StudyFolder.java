package dev.whence.study;

import dev.whence.run.AtomicFiles;
import dev.whence.run.IncompatibleException;
import dev.whence.run.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Where a study of training data keeps what. */
record StudyFolder(Path root) {
  private static final TrainingDataStudy KIND = new TrainingDataStudy();

  /** The first line of a run file that a folder keeps: a user's own file of that name is never taken for one. */
  private static final String MARK = "# Written by Whence: what was asked, every default filled in.\n";

  /** What steps leave that was made of scores, and goes with them. */
  private static final List<String> DERIVED = List.of("evaluation/lds.json",
      "evaluation/leave-one-out.json", "report.html");
  private static final List<String> SUSPECTS = List.of("evaluation/mislabels.csv",
      "evaluation/mislabels.json");

  /**
   * Checks that what the folder holds, if anything, was asked for in the same words.
   *
   * @throws IncompatibleException naming the first key that differs
   */
  void check(RunFile file) throws IOException {
    if (Files.exists(runFile())) {
      requireOurs();
      compare(file);
    }
  }

  /**
   * Makes the folder if it is missing.
   *
   * @throws IllegalArgumentException if it cannot be made
   */
  void make() throws IOException {
    try {
      Files.createDirectories(root);
    } catch (FileSystemException e) {
      throw unwritable(e);
    }
  }

  /**
   * Writes the run file down, its paths as they are seen from the folder.
   *
   * @throws IllegalArgumentException if it cannot be written
   */
  void write(RunFile file) throws IOException {
    try {
      AtomicFiles.writeText(runFile(), MARK + Yaml.write(file.valuesIn(root)));
    } catch (FileSystemException e) {
      throw unwritable(e);
    }
  }

  private IllegalArgumentException unwritable(FileSystemException e) {
    return new IllegalArgumentException(
        "the run's folder " + root + " cannot be written: " + reason(e) + "; choose another with --out", e);
  }

  /** Whether a run file is one that a folder keeps of what was asked. */
  static boolean isKept(Path file) throws IOException {
    try (var in = Files.newInputStream(file)) {
      byte[] mark = MARK.getBytes(StandardCharsets.UTF_8);
      return Arrays.equals(in.readNBytes(mark.length), mark);
    }
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

  private void compare(RunFile file) throws IOException {
    Map<String, Object> kept = plain(RunFile.read(runFile()));
    Map<String, Object> given = plain(file);
    for (String section : KIND.decisive()) {
      Optional<String> difference = difference(section, kept.get(section), given.get(section));
      if (difference.isPresent()) {
        throw new IncompatibleException(root + " holds a run with another " + difference.get()
            + "; choose another folder with --out, or begin anew with --overwrite");
      }
    }
  }

  /** Through text and back, so that both sides are what YAML makes of them. */
  private Map<String, Object> plain(RunFile file) {
    return Yaml.parse(Yaml.write(file.values()), runFile());
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
    for (String name : KIND.contents()) {
      delete(root.resolve(name));
    }
  }

  private static boolean delete(Path place) throws IOException {
    if (!Files.exists(place, LinkOption.NOFOLLOW_LINKS)) {
      return false;
    }
    try (Stream<Path> below = Files.walk(place)) {
      for (Path each : below.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(each);
      }
    }
    return true;
  }

  /**
   * Deletes what was made of a method's former scores: its exports, the judgement, the page, and the list of suspected labels
   * if it holds the method's self-influence. Calibrations stay: each knows the scores it belongs to.
   *
   * @return what was there, by the names in the folder
   */
  List<String> dropDerived(String method) throws IOException {
    var dropped = new ArrayList<String>();
    var names = new ArrayList<>(DERIVED);
    if (suspectsAreBy(method)) {
      names.addAll(SUSPECTS);
    }
    for (String name : names) {
      if (delete(root.resolve(name))) {
        dropped.add(name);
      }
    }
    Path exports = exports();
    if (Files.isDirectory(exports)) {
      try (Stream<Path> all = Files.list(exports)) {
        for (Path each : all.filter(path -> isOf(method, String.valueOf(path.getFileName()))).sorted()
            .toList()) {
          Files.delete(each);
          dropped.add("exports/" + each.getFileName());
        }
      }
    }
    return dropped;
  }

  /** Whether suspected labels were listed by this method; so too where that cannot be read. */
  private boolean suspectsAreBy(String method) throws IOException {
    if (!Files.exists(suspectsShown())) {
      return true;
    }
    try {
      return method.equals(Json.parse(Files.readString(suspectsShown())).get("method"));
    } catch (IllegalArgumentException _) {
      return true; // a damaged list is no loss
    }
  }

  private static boolean isOf(String method, String name) {
    return name.startsWith(method + ".");
  }

  Path runFile() {
    return root.resolve("run.yaml");
  }

  Path provenance() {
    return root.resolve("provenance.json");
  }

  Path warnings() {
    return root.resolve("warnings.json");
  }

  Path checkpoints() {
    return root.resolve("checkpoints");
  }

  Path outcomes(EvaluationSettings settings) {
    return root.resolve("outcomes")
        .resolve(
            "%d-of-%s-by-%d.outcomes".formatted(settings.subsets(), settings.fraction(), settings.repeats()));
  }

  Path answers(String asked) {
    return root.resolve("answers").resolve(asked + ".safetensors");
  }

  Path scores(String method) {
    return root.resolve("scores").resolve(method + ".scores");
  }

  Path exports() {
    return root.resolve("exports");
  }

  Path leaveOneOutOutcomes(LeaveOneOutSettings settings) {
    return root.resolve("outcomes").resolve("without-one-of-%d-by-%d.outcomes".formatted(settings.examples(),
        settings.repeats()));
  }

  Path leaveOneOut() {
    return root.resolve("evaluation").resolve("leave-one-out.json");
  }

  Path suspects() {
    return root.resolve("evaluation").resolve("mislabels.csv");
  }

  Path suspectsShown() {
    return root.resolve("evaluation").resolve("mislabels.json");
  }

  Path calibrations() {
    return root.resolve("evaluation").resolve("calibrations.json");
  }

  Path evaluation() {
    return root.resolve("evaluation").resolve("lds.json");
  }
}
