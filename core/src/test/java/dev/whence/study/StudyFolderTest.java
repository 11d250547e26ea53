package dev.whence.study;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.whence.run.IncompatibleException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
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

  @Test
  void aFolderHoldsOneAnswerButMethodsMayChange() throws IOException {
    StudyFolder.of(folder, file(Map.of()));
    StudyFolder.of(folder, file(Map.of("methods", "trak", "evaluation", Map.of("subsets", 7))));
    assertThatThrownBy(() -> StudyFolder.of(folder, file(Map.of("seed", 3))))
        .isInstanceOf(IncompatibleException.class)
        .hasMessageContaining("another 'seed': 0 there, 3 now").hasMessageContaining("--overwrite");
  }

  @Test
  void theDeepestKeyThatDiffersIsNamed() throws IOException {
    StudyFolder.of(folder, file(Map.of("training", Map.of("recipe", Map.of("epochs", 3)))));
    assertThatThrownBy(
        () -> StudyFolder.of(folder, file(Map.of("training", Map.of("recipe", Map.of("epochs", 4))))))
        .hasMessageContaining("another 'training.recipe.epochs': 3 there, 4 now;");
  }

  @Test
  void aRunFileOfTheUsersOwnIsNeitherReplacedNorCleared() throws IOException {
    Path own = Files.writeString(folder.resolve("run.yaml"), "model: m.pt2\n");
    Files.createDirectories(folder.resolve("checkpoints"));
    assertThatThrownBy(() -> StudyFolder.of(folder, file(Map.of()))).isInstanceOf(IncompatibleException.class)
        .hasMessageContaining("--out");
    assertThatThrownBy(() -> new StudyFolder(folder).clear()).isInstanceOf(IncompatibleException.class);
    assertThat(own).hasContent("model: m.pt2");
    assertThat(folder.resolve("checkpoints")).exists();
  }

  @Test
  void aFolderThatCannotBeMadeIsAMatterOfTheCommandLine() throws IOException {
    Path taken = Files.writeString(folder.resolve("taken"), "x");
    assertThatThrownBy(() -> StudyFolder.of(taken, file(Map.of())))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("taken is a file; choose another with --out");
    assertThatThrownBy(() -> StudyFolder.of(taken.resolve("deeper"), file(Map.of())))
        .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("Not a directory");
  }

  @Test
  void clearingDeletesTheRunAndNothingElse() throws IOException {
    Files.createDirectories(folder.resolve("checkpoints/model-000"));
    Files.writeString(folder.resolve("checkpoints/model-000/x.safetensors"), "x");
    Files.writeString(folder.resolve("mine.txt"), "mine");
    new StudyFolder(folder).clear();
    assertThat(folder.resolve("checkpoints/model-000/x.safetensors")).exists(); // no run was here
    StudyFolder.of(folder, file(Map.of()));
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
