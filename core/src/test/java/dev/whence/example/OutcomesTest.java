package dev.whence.example;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.whence.run.Provenance;
import dev.whence.score.Axis;
import dev.whence.score.ScoreBuilder;
import dev.whence.score.Semantics;
import dev.whence.store.Masks;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class OutcomesTest {
  private static final Path ROOT = Path.of(System.getProperty("whence.root"));

  @Test
  void theProgramOnThePageIsTheOneThatRuns() throws IOException {
    String source = Files
        .readString(ROOT.resolve("core/src/test/java/dev/whence/example/OutcomesExample.java"));
    String body = source.substring(source.indexOf("    List<String> sources"), source.lastIndexOf("  }\n}"));
    List<String> lines = body.lines().map(line -> line.substring(Math.min(4, line.length()))).toList();
    assertThat(Files.readString(ROOT.resolve("docs/evaluation.md"))).contains(String.join("\n", lines));
  }

  @Test
  void itCalibratesScoresByOutcomesOfAnyOrigin() {
    var scores = new ScoreBuilder(new Axis(Axis.Kind.TARGET, List.of("t")),
        new Axis(Axis.Kind.TRAINING_EXAMPLE, List.of("a", "b", "c", "d")), Semantics.proportional("margin"),
        new Provenance("test", "test", Map.of(), Map.of(), Map.of(), Map.of()))
        .putRow(0, new float[]{1, -2, .5f, 4}).build();
    var masks = Masks.uniform(12, 4, .5, 1);
    double[] outcomes = IntStream.range(0, 12).mapToDouble(s -> 7 + 3 * scores.sum(0, masks.bits(s)))
        .toArray();
    PrintStream before = System.out;
    var printed = new ByteArrayOutputStream();
    try (var capture = new PrintStream(printed, true, StandardCharsets.UTF_8)) {
      System.setOut(capture);
      var calibrated = OutcomesExample.calibrated(scores,
          IntStream.range(0, 12).mapToObj(masks::bits).toList(),
          new double[][][]{{outcomes}});
      assertThat(calibrated.score(0, 3)).isCloseTo(12, within(1e-5f));
      assertThat(calibrated.semantics().unit()).hasValue("nats");
    } finally {
      System.setOut(before);
    }
    assertThat(printed.toString(StandardCharsets.UTF_8)).startsWith("LDS 1.00, scale 3.00");
  }
}
