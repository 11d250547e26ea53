package dev.whence.study;

import dev.whence.run.AtomicFiles;
import dev.whence.run.IncompatibleException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

/** Where a run keeps what. */
record StudyFolder(Path root) {
  /** What decides the trained models: a folder holds one answer to it. */
  private static final List<String> DECISIVE = List.of("model", "data", "targets", "task", "training",
      "seed");

  /**
   * Makes the folder, or checks that what it holds was asked for in the same words.
   *
   * @throws IncompatibleException naming the first section that differs
   */
  static StudyFolder of(Path root, RunFile file) throws IOException {
    Files.createDirectories(root);
    var folder = new StudyFolder(root);
    Map<String, Object> wanted = file.values();
    if (Files.exists(folder.runFile())) {
      // through text and back, so that both sides are what YAML makes of them
      Map<String, Object> given = Yaml.parse(Yaml.write(wanted), folder.runFile());
      Map<String, Object> kept = Yaml.read(folder.runFile());
      for (String section : DECISIVE) {
        if (!Objects.equals(kept.get(section), given.get(section))) {
          throw new IncompatibleException(
              root + " holds a run with another '" + section + "': " + kept.get(section)
                  + " there, " + given.get(section)
                  + " now; choose another folder with --out, or begin anew with --overwrite");
        }
      }
    }
    AtomicFiles.writeText(folder.runFile(), Yaml.write(wanted));
    return folder;
  }

  /** What steps leave in a folder. */
  private static final List<String> CONTENTS = List.of("checkpoints", "gradients", "outcomes", "scores",
      "evaluation",
      "provenance.json", "report.html", "run.yaml");

  /** Deletes what an earlier run left, and nothing else. Does nothing where there was no run. */
  void clear() throws IOException {
    if (!Files.exists(runFile())) {
      return;
    }
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
