package dev.whence.study;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.whence.graph.Graph;
import dev.whence.graph.Graphs;
import dev.whence.run.FolderInUseException;
import dev.whence.run.Run;
import dev.whence.score.ScoreMatrix;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a study says may mislead, and what looking at it leaves: ten grey pictures in folders of their classes, the digits' network. */
class StudyWarningsTest {
  private static final Path MODELS = Path.of(System.getProperty("whence.root"), "fixtures/demo");

  @TempDir
  private Path folder;
  private final Map<String, Object> values = new HashMap<>();

  @BeforeEach
  void drawPictures() throws IOException {
    for (int digit = 0; digit < 10; digit++) {
      Path place = Files.createDirectories(folder.resolve("pictures/" + digit));
      var picture = new BufferedImage(8, 8, BufferedImage.TYPE_BYTE_GRAY);
      for (int at = 0; at < 64; at++) {
        picture.setRGB(at % 8, at / 8, 0x010101 * (at * (digit + 3) % 256));
      }
      ImageIO.write(picture, "png", place.resolve("a.png").toFile());
    }
    Files.writeString(folder.resolve("pictures/3/notes.txt"), "a three");
    values.put("model", MODELS.resolve("digits-mlp.pt2").toString());
    values.put("data", Map.of("path", "pictures", "columns",
        Map.of("image", Map.of("from", "image", "scale", "1/255")), "label", "class"));
    values.put("targets", Map.of("rows", "0..1"));
    values.put("training",
        Map.of("start", "fresh", "models", 1, "checkpoints-per-model", 1, "recipe", Map.of("steps", 2)));
    values.put("methods", Map.of("grad-dot", Map.of()));
    values.put("evaluation", Map.of("subsets", 4, "repeats", 1, "resamples", 1000));
  }

  private RunFile file() {
    return RunFile.parse(values, folder);
  }

  private Path run() {
    return folder.resolve("run");
  }

  private List<String> warnings(Study study, Map<String, ScoreMatrix> scores) throws IOException {
    var first = scores.entrySet().iterator().next();
    return study.warnings(first.getKey(), first.getValue(), Optional.empty());
  }

  private Map<String, String> contents() throws IOException {
    var contents = new TreeMap<String, String>();
    try (Stream<Path> all = Files.walk(run())) {
      for (Path each : all.filter(Files::isRegularFile).toList()) {
        contents.put(run().relativize(each).toString(),
            Files.getLastModifiedTime(each) + " " + Files.size(each));
      }
    }
    return contents;
  }

  @Test
  void whatReadersOfTheDataWarnOfIsSaidOnceWithItsPlace() throws IOException {
    try (Study study = Study.open(file(), run(), Run.of(0))) {
      Map<String, ScoreMatrix> scores = study.attribute();
      assertThat(warnings(study, scores))
          .filteredOn(warning -> warning.contains("3/notes.txt is no PNG, JPEG, GIF or BMP")).hasSize(1);
      scores.values().forEach(ScoreMatrix::close);
    }
  }

  @Test
  void whatTheModelWasWarnedOfIsKeptForThoseWhoOnlyLook() throws IOException {
    var studyFolder = new StudyFolder(Files.createDirectories(run()));
    try (Graph graph = Graphs.read(MODELS.resolve("digits-mlp.pt2"))) {
      new ModelWarnings(studyFolder, graph).keep();
      assertThat(run().resolve("warnings.json")).doesNotExist();
      assertThat(graph.warnings().addIfFirst("a", "it draws numbers")).isTrue();
      assertThat(graph.warnings().addIfFirst("a", "it draws numbers")).isFalse();
      new ModelWarnings(studyFolder, graph).keep();
    }
    try (Graph again = Graphs.read(MODELS.resolve("digits-mlp.pt2"));
        Graph other = Graphs.read(MODELS.resolve("digits-cnn.pt2"))) {
      assertThat(again.warnings().sentences()).isEmpty();
      assertThat(new ModelWarnings(studyFolder, again).all()).containsExactly("it draws numbers");
      assertThat(new ModelWarnings(studyFolder, other).all()).isEmpty();
      assertThat(ReportWarnings.ofModel(new ModelWarnings(studyFolder, again).all()))
          .containsExactly("It draws numbers.");
    }
  }

  @Test
  void lookingWritesNothingAndComputesNothing() throws IOException {
    try (Study study = Study.open(file(), run(), Run.of(0))) {
      study.train().close();
    }
    Map<String, String> before = contents();
    try (Study study = Study.look(file(), run(), Run.of(0))) {
      assertThat(study.isScored()).isFalse();
      assertThatThrownBy(study::kept).hasMessageContaining("whence attribute");
      assertThatThrownBy(study::attribute).isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("whence attribute");
      assertThat(study.quality()).isEmpty();
      assertThat(study.planJudging(new EvaluationParts(true, false, false)).models()).isEqualTo(4);
      study.planTraining();
      assertThat(contents()).isEqualTo(before);
    }
    try (Study study = Study.open(file(), run(), Run.of(0))) {
      study.attribute().values().forEach(ScoreMatrix::close);
    }
    Map<String, String> scored = contents();
    try (Study study = Study.look(file(), run(), Run.of(0))) {
      Map<String, ScoreMatrix> scores = study.kept();
      study.report(new ReportSettings(), scores, Optional.empty());
      warnings(study, scores);
      assertThat(study.quality()).isNotEmpty();
      assertThat(study.judged(scores)).isEmpty();
      assertThatThrownBy(() -> study.evaluate(scores)).isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("whence evaluate");
      scores.values().forEach(ScoreMatrix::close);
      assertThat(contents()).isEqualTo(scored);
    }
  }

  @Test
  void aPageIsOnlyMadeWhileNobodyElseWrites() throws IOException {
    try (Study study = Study.open(file(), run(), Run.of(0))) {
      study.attribute().values().forEach(ScoreMatrix::close);
      try (Study looking = Study.look(file(), run(), Run.of(0))) {
        assertThatThrownBy(looking::hold).isInstanceOf(FolderInUseException.class);
      }
    }
    try (Study looking = Study.look(file(), run(), Run.of(0)); var _ = looking.hold()) {
      assertThatThrownBy(() -> Study.open(file(), run(), Run.of(0))).isInstanceOf(FolderInUseException.class);
    }
    Study.open(file(), run(), Run.of(0)).close();
  }
}
