package dev.whence.example;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReadmeTest {
  private static final Path ROOT = Path.of(System.getProperty("whence.root"));

  @Test
  void theProgramInTheReadmeIsTheOneThatRuns() throws IOException {
    String source = Files
        .readString(ROOT.resolve("core/src/test/java/dev/whence/example/ReadmeExample.java"));
    String body = source.substring(source.indexOf("    Path fixtures"), source.lastIndexOf("  }\n}"));
    List<String> lines = body.lines().map(line -> line.substring(Math.min(4, line.length()))).toList();
    assertThat(lines.size()).isBetween(12, 20);
    assertThat(Files.readString(ROOT.resolve("README.md"))).contains(String.join("\n", lines));
  }

  @Test
  void itPrintsTheFiveStrongestProponents() throws IOException {
    PrintStream before = System.out;
    var printed = new ByteArrayOutputStream();
    try (var capture = new PrintStream(printed, true, StandardCharsets.UTF_8)) {
      System.setOut(capture);
      ReadmeExample.main(new String[]{ROOT.resolve("fixtures").toString()});
    } finally {
      System.setOut(before);
    }
    assertThat(printed.toString(StandardCharsets.UTF_8).lines()).hasSize(5)
        .allMatch(line -> line.matches("Entry\\[source=\\d+, id=\\d+, score=[0-9.E-]+]"));
  }
}
