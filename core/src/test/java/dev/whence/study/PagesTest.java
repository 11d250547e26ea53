package dev.whence.study;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whence.run.Run;
import dev.whence.score.ScoreMatrix;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The run files that pages of the documentation show do what the pages say. */
class PagesTest {
  private static final Path ROOT = Path.of(System.getProperty("whence.root"));
  /** A block with a file's name behind its language. */
  private static final Pattern FILE = Pattern.compile("(?ms)^```\\w+ (\\S+)\n(.*?)^```$");

  @TempDir
  private Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"tabular", "text"})
  void theRunFileOfThePageGivesScores(String page) throws IOException {
    Matcher blocks = FILE.matcher(Files.readString(ROOT.resolve("docs/" + page + ".md")));
    int files = 0;
    for (; blocks.find(); files++) {
      Files.writeString(folder.resolve(blocks.group(1)), blocks.group(2));
    }
    assertThat(files).isEqualTo(2);
    for (String model : new String[]{"penguins.pt2", "reviews.pt2"}) {
      Files.copy(ROOT.resolve("fixtures/pages/" + model), folder.resolve(model));
    }
    RunFile run = RunFile.read(folder.resolve("run.yaml"), Map.of("methods", "grad-dot"));
    try (Study study = Study.open(run, folder.resolve("out"), Run.of(0))) {
      Map<String, ScoreMatrix> scores = study.attribute();
      assertThat(scores).containsOnlyKeys("grad-dot");
      scores.values().forEach(ScoreMatrix::close);
    }
    assertThat(Files.readString(folder.resolve("out/provenance.json"))).contains("\"mappings\"",
        "\"categories\"");
  }
}
