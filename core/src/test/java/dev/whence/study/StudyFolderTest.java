package dev.whence.study;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;

import dev.whence.attribution.training.TracIn;
import dev.whence.gradient.projection.ProjectionKind;
import dev.whence.run.IncompatibleException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StudyFolderTest {
  @TempDir
  private Path folder;

  private RunFile file(Map<String, Object> more) {
    var values = new HashMap<String, Object>(
        Map.of("model", "m.pt2", "data", Map.of("path", "d.csv"), "targets", Map.of("rows", "0..1")));
    values.putAll(more);
    return RunFile.parse(values, folder);
  }

  private static void kept(Path place, RunFile file) throws IOException {
    var folder = new StudyFolder(place);
    folder.make();
    folder.check(file);
    folder.write(file);
  }

  @Test
  void theKeptRunFileIsReadWhereFolderAndDataWereMovedTo() throws IOException {
    Path project = Files.createDirectories(folder.resolve("project"));
    Files.writeString(project.resolve("mine.yaml"), """
        model: m.pt2
        data: {path: sub/d.csv}
        targets: {path: t.csv}
        training: {checkpoints: [c.safetensors, /elsewhere/d.safetensors]}
        """);
    kept(project.resolve("runs/mine"), RunFile.read(project.resolve("mine.yaml")));
    String text = Files.readString(project.resolve("runs/mine/run.yaml"));
    assertThat(text).contains("model: ../../m.pt2", "path: ../../sub/d.csv", "../../c.safetensors")
        .doesNotContain(project.toString());
    Path moved = Files.move(project, folder.resolve("moved"));
    assertThat(RunFile.read(moved.resolve("runs/mine/run.yaml")).values())
        .isEqualTo(RunFile.read(moved.resolve("mine.yaml")).values());
    kept(moved.resolve("runs/mine"), RunFile.read(moved.resolve("mine.yaml"))); // no conflict
  }

  @Test
  void aRunFileKeptWithAbsolutePathsAndUselessNumbersStaysReadable() throws IOException {
    RunFile given = file(Map.of("training", Map.of("checkpoints", List.of("/c/a.safetensors"))));
    Path place = Files.createDirectories(folder.resolve("old"));
    Map<String, Object> old = given.values();
    old.put("training", Map.of("models", 5, "checkpoints-per-model", 5, "start", "fresh", "checkpoints",
        List.of("/c/a.safetensors")));
    Files.writeString(place.resolve("run.yaml"),
        "# Written by Whence: what was asked, every default filled in.\n" + Yaml.write(old));
    assertThat(RunFile.read(place.resolve("run.yaml")).model()).isEqualTo(given.model());
    assertThat(RunFile.read(place.resolve("run.yaml")).training().models()).isEmpty();
  }

  @Test
  void whatIsMadeOfScoresGoesWithThem() throws IOException {
    Files.createDirectories(folder.resolve("exports"));
    for (String name : List.of("exports/trak.npy", "exports/trak.json", "exports/tracin.npy",
        "report.html")) {
      Files.writeString(folder.resolve(name), "x");
    }
    assertThat(new StudyFolder(folder).dropDerived("trak")).containsExactly("report.html",
        "exports/trak.json", "exports/trak.npy");
    assertThat(folder.resolve("exports/tracin.npy")).exists();
    assertThat(new StudyFolder(folder).dropDerived("trak")).isEmpty();
  }

  @Test
  void ofTheEvaluationOnlyWhatDependsOnAMethodsScoresGoesWithThem() throws IOException {
    Files.createDirectories(folder.resolve("evaluation"));
    for (String name : List.of("lds.json", "leave-one-out.json", "calibrations.json", "mislabels.csv")) {
      Files.writeString(folder.resolve("evaluation").resolve(name), "{}");
    }
    Files.writeString(folder.resolve("evaluation/mislabels.json"), "{\"method\": \"trak\"}");
    assertThat(new StudyFolder(folder).dropDerived("grad-dot")).containsExactly("evaluation/lds.json",
        "evaluation/leave-one-out.json");
    assertThat(folder.resolve("evaluation").toFile().list()).containsExactlyInAnyOrder("calibrations.json",
        "mislabels.csv", "mislabels.json");
    assertThat(new StudyFolder(folder).dropDerived("trak")).containsExactly("evaluation/mislabels.csv",
        "evaluation/mislabels.json");
    assertThat(folder.resolve("evaluation").toFile().list()).containsExactly("calibrations.json");
  }

  @Test
  void whatWouldHaveNoEffectIsRefused() {
    refused("models must be 2, the number of checkpoints listed",
        Map.of("models", 1, "checkpoints", List.of("a", "b")));
    refused("checkpoints-per-model has no effect",
        Map.of("checkpoints-per-model", 1, "checkpoints", List.of("a", "b")));
    refused("leave one of them out", Map.of("start", "trained", "checkpoints", List.of("a", "b")));
    refused("one model; ask for start: fresh", Map.of("start", "trained", "models", 3));
    refused("checkpoints-per-model has no effect", Map.of("start", "trained", "checkpoints-per-model", 3));
    refused("initialization has no effect with start: file", Map.of("start", "file", "initialization",
        Map.of("*", Map.of("constant", Map.of("value", 0)))));
    refused("checkpoint-rates must be one per checkpoint, 0, got 1", Map.of("checkpoint-rates", List.of(1)));
    refused("models must be >= 1, got 0", Map.of("models", 0));
  }

  @Test
  void aMethodMayBeAskedTwiceUnderLabels() {
    var asked = new LinkedHashMap<String, Object>();
    asked.put("tracin", Map.of());
    asked.put("tracin-small", Map.of("method", "tracin", "batch-size", 7));
    RunFile file = file(Map.of("methods", asked));
    assertThat(file.methods()).containsExactly(entry("tracin", new TracIn()),
        entry("tracin-small", new TracIn(new ProjectionKind.Exact(), 7)));
    assertThat(RunFile.parse(file.values(), Path.of("/")).methods()).isEqualTo(file.methods());
    assertThatThrownBy(() -> file(Map.of("methods", Map.of("small", Map.of("method", "tracine")))))
        .hasMessageContaining("unknown method 'tracine' in methods.small.method; did you mean 'tracin'?");
    assertThatThrownBy(() -> file(Map.of("methods", Map.of("../a", Map.of("method", "tracin")))))
        .hasMessageContaining("a label names files");
    assertThatThrownBy(() -> file(Map.of("methods", Map.of("trak", Map.of("method", "tracin")))))
        .hasMessageContaining("methods.trak is the name of another method than tracin");
  }

  @Test
  void whatIsSaidTwiceOrNotAtAllIsRefused() {
    assertThatThrownBy(() -> file(Map.of("methods", List.of("trak", "trak"))))
        .hasMessageContaining("methods names 'trak' twice");
    var values = new HashMap<String, Object>();
    values.put("seed", null);
    assertThatThrownBy(() -> file(values)).hasMessageContaining("seed must be a whole number, got nothing");
    assertThatThrownBy(() -> file(Map.of("workers", 3_000_000_000L)))
        .hasMessageContaining("workers must be in [0, 4096], got 3000000000");
    refused("floor has no effect with schedule: constant",
        Map.of("recipe", Map.of("schedule", "constant", "floor", 0.1)));
  }

  @Test
  void settingsOfAMeasurementThatIsNotNamedAreRefused() {
    assertThatThrownBy(() -> file(Map.of("task", Map.of("measurement-settings", Map.of("plus", "3")))))
        .hasMessageContaining("measurement-settings has no effect with measurement: auto, got {plus=3}");
  }

  private void refused(String message, Map<String, Object> training) {
    assertThatThrownBy(() -> file(Map.of("training", training)))
        .isInstanceOf(IllegalArgumentException.class).hasMessageContaining(message);
  }

  @Test
  void aFolderHoldsOneAnswerButMethodsMayChange() throws IOException {
    kept(folder, file(Map.of()));
    kept(folder, file(Map.of("methods", "trak", "evaluation", Map.of("subsets", 7))));
    assertThatThrownBy(() -> kept(folder, file(Map.of("seed", 3))))
        .isInstanceOf(IncompatibleException.class)
        .hasMessageContaining("another 'seed': 0 there, 3 now").hasMessageContaining("--overwrite");
  }

  @Test
  void theDeepestKeyThatDiffersIsNamed() throws IOException {
    kept(folder, file(Map.of("training", Map.of("recipe", Map.of("epochs", 3)))));
    assertThatThrownBy(
        () -> kept(folder, file(Map.of("training", Map.of("recipe", Map.of("epochs", 4))))))
        .hasMessageContaining("another 'training.recipe.epochs': 3 there, 4 now;");
  }

  @Test
  void aRunFileOfTheUsersOwnIsNeitherReplacedNorCleared() throws IOException {
    Path own = Files.writeString(folder.resolve("run.yaml"), "model: m.pt2\n");
    Files.createDirectories(folder.resolve("checkpoints"));
    assertThatThrownBy(() -> kept(folder, file(Map.of()))).isInstanceOf(IncompatibleException.class)
        .hasMessageContaining("--out");
    assertThatThrownBy(() -> new StudyFolder(folder).clear()).isInstanceOf(IncompatibleException.class);
    assertThat(own).hasContent("model: m.pt2");
    assertThat(folder.resolve("checkpoints")).exists();
  }

  @Test
  void aFolderThatCannotBeMadeIsAMatterOfTheCommandLine() throws IOException {
    Path taken = Files.writeString(folder.resolve("taken"), "x");
    assertThatThrownBy(() -> kept(taken, file(Map.of())))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("taken is a file; choose another with --out");
    assertThatThrownBy(() -> kept(taken.resolve("deeper"), file(Map.of())))
        .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("Not a directory");
  }

  @Test
  void clearingDeletesTheRunAndNothingElse() throws IOException {
    Files.createDirectories(folder.resolve("checkpoints/model-000"));
    Files.writeString(folder.resolve("checkpoints/model-000/x.safetensors"), "x");
    Files.writeString(folder.resolve("mine.txt"), "mine");
    new StudyFolder(folder).clear();
    assertThat(folder.resolve("checkpoints/model-000/x.safetensors")).exists(); // no run was here
    kept(folder, file(Map.of()));
    new StudyFolder(folder).clear();
    assertThat(folder).isDirectoryContaining(path -> path.endsWith("mine.txt"));
    assertThat(folder.resolve("checkpoints")).doesNotExist();
    assertThat(folder.resolve("run.yaml")).doesNotExist();
  }

  @Test
  void checkpointsAreFoundFromTheRunFilesFolder() {
    RunFile file = file(Map.of("training", Map.of("checkpoints", "a.safetensors, /b/c.safetensors")));
    assertThat(file.training().checkpoints()).containsExactly(
        folder.resolve("a.safetensors").toAbsolutePath().normalize().toString(), "/b/c.safetensors");
  }

  @Test
  void runFilesSayWhatIsWrong() throws IOException {
    assertThatThrownBy(() -> file(Map.of("modle", "x")))
        .hasMessageContaining("unknown key 'modle'; did you mean 'model'?");
    assertThatThrownBy(() -> file(Map.of("training", Map.of("modles", 3)))).hasMessageContaining("training: ")
        .hasMessageContaining("did you mean 'models'?");
    assertThatThrownBy(() -> file(Map.of("methods", "trac"))).hasMessageContaining("unknown method 'trac'")
        .hasMessageContaining("tracin, trak");
    assertThatThrownBy(() -> file(Map.of("methods", Map.of("trak", Map.of("damping", -1)))))
        .hasMessageContaining("damping must be >= 0");
    Path broken = Files.writeString(folder.resolve("broken.yaml"), "model: m.pt2\nseed: [1\n");
    assertThatThrownBy(() -> RunFile.read(broken)).hasMessageContaining("broken.yaml, line ");
  }

  @Test
  void whatIsNoRunFileIsRefusedInItsOwnWords() {
    assertWrong("", "is missing");
    assertWrong("- a", "must be a map of keys");
    assertWrong("hello", "must be a map of keys");
    assertWrong("model: m\nseed: 1\nseed: 2", "line 3", "Duplicate field 'seed'");
    assertWrong("model: m\ntraining: {models: 1\n", "line 2", "expected ',' or '}'");
    assertWrong("model: m\ndata: &d {path: x}\ntargets: *d", "line 3", "aliases");
    assertWrong("model: m\ndata: &d {path: x}\ntargets: {<<: *d}", "line 3", "aliases and merges");
  }

  private void assertWrong(String text, String... parts) {
    assertThatThrownBy(() -> RunFile.read(Files.writeString(folder.resolve("wrong.yaml"), text)))
        .isInstanceOf(IllegalArgumentException.class).message().contains(parts).contains("wrong.yaml")
        .hasLineCount(1).doesNotContain("java.");
  }

  @Test
  void overrulingTakesListsAndMapsAndChoosesMethodsWithTheirSettings() throws IOException {
    Path path = Files.writeString(folder.resolve("r.yaml"),
        "model: m\ndata: {path: x}\ntargets: {}\nmethods: {trak: {damping: 3}, random: {}}\n");
    RunFile file = RunFile.read(path, Map.of("methods", "tracin,trak", "training.checkpoints", "[a, b]",
        "training.checkpoint-rates", "[0.5, 1]"));
    assertThat(file.methods()).containsOnlyKeys("tracin", "trak");
    assertThat(file.values()).extractingByKey("methods").asString().contains("damping=3.0");
    assertThat(file.training().checkpointRates()).containsExactly(0.5, 1.0);
  }

  @Test
  void whatIsWrittenReadsBackAsTheSame() {
    RunFile file = file(
        Map.of("methods", Map.of("tracin", Map.of("projection", Map.of("gaussian", Map.of("columns", 9)))),
            "training", Map.of("recipe", Map.of("optimizer", Map.of("sgd", Map.of("momentum", .5))))));
    RunFile back = RunFile.parse(Yaml.parse(Yaml.write(file.values()), Path.of("run.yaml")), folder);
    assertThat(back.values()).isEqualTo(file.values());
    assertThat(back.methods()).isEqualTo(file.methods());
    assertThat(back.training()).isEqualTo(file.training());
  }
}
