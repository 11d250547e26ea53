package dev.whence.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whence.run.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The tar.gz as a user gets it: unpacked elsewhere and started through a link, from a folder with a blank in its name. */
@DisabledOnOs(OS.WINDOWS)
@Timeout(600)
class DistributionIT {
  @TempDir
  private static Path folder;
  private static Path whence;

  @TempDir
  private Path work;

  @BeforeAll
  static void unpack() throws Exception {
    Path archive;
    try (Stream<Path> files = Files.list(Path.of("target"))) {
      archive = files.filter(file -> file.toString().endsWith(".tar.gz")).findFirst().orElseThrow();
    }
    Process tar = new ProcessBuilder("tar", "-xzf", archive.toAbsolutePath().toString(), "-C",
        folder.toString())
        .inheritIO().start();
    assertThat(tar.waitFor()).isZero();
    try (Stream<Path> files = Files.list(folder)) {
      whence = Files.createSymbolicLink(folder.resolve("whence"),
          files.findFirst().orElseThrow().resolve("bin/whence"));
    }
  }

  @Test
  void itHoldsWhatItNeedsAndItsLicence() throws IOException {
    Path root = whence.toRealPath().resolve("../..").normalize();

    assertThat(root.resolve("LICENSE")).exists();
    assertThat(root.resolve("demo/digits.parquet")).exists();
    assertThat(root.resolve("demo/ATTRIBUTION.md")).exists();
    assertThat(root.resolve("docs/run-file.md")).exists(); // what --help and the README point at
    assertThat(root.resolve("tools/export.py")).exists();
    assertThat(root.resolve("tools/whence_export/tracing.py")).exists();
    assertThat(Files.isExecutable(root.resolve("bin/whence"))).isTrue();
  }

  @Test
  void everyLinkOfItsPagesLeadsToAFileItHolds() throws IOException {
    Path root = whence.toRealPath().resolve("../..").normalize();
    List<Path> pages;
    try (Stream<Path> files = Files.walk(root)) {
      pages = files.filter(file -> file.toString().endsWith(".md")).toList();
    }
    assertThat(pages).hasSizeGreaterThan(20);
    for (Path page : pages) {
      Pattern.compile("\\]\\(([^)#:\\s]+)\\)").matcher(Files.readString(page)).results()
          .forEach(link -> assertThat(page.resolveSibling(link.group(1))).as("in " + root.relativize(page))
              .exists());
    }
    assertThat(root.resolve("docs/json/top.schema.json")).exists();
  }

  @Test
  void resultsAreAllThatIsOnStdout() throws Exception {
    assertThat(run("--version").out).startsWith("whence ").hasLineCount(1);
    assertThat(Json.parse(run("methods", "--json").out)).containsKey("trak");
    assertThat(run("train").code).isEqualTo(2);
    assertThat(run("inspect", "nowhere.pt2").code).isEqualTo(3);
  }

  @Test
  void theStartCacheServesTheUnpackedFolder() throws Exception {
    Path log = work.resolve("classes.txt");

    Result result = run(Map.of("WHENCE_JAVA_OPTS", "-Xlog:class+load:file=" + log), "methods");

    assertThat(result.code).as(result.err).isZero();
    assertThat(Files.readAllLines(log)).filteredOn(line -> line.contains(" dev.whence.app.Main source:"))
        .singleElement().asString().contains("shared objects file");
  }

  @Test
  void aStartCacheThatDoesNotFitIsPassedOverWithoutAWord() throws Exception {
    Path copy = folder.resolve("copied elsewhere");
    assertThat(new ProcessBuilder("cp", "-r", whence.toRealPath().resolve("../..").normalize().toString(),
        copy.toString()).start().waitFor()).isZero(); // cp gives the jars another time
    String expected = run("methods").out;

    for (String flags : List.of("-XX:+UseZGC", "-XX:+UseSerialGC", "-Xmx40g", "-Xshare:off")) {
      assertThat(run(Map.of("WHENCE_JAVA_OPTS", flags), "methods")).as(flags)
          .isEqualTo(new Result(0, expected, ""));
    }
    assertThat(run(copy.resolve("bin/whence"), Map.of(), "methods")).isEqualTo(new Result(0, expected, ""));
    Files.writeString(copy.resolve("lib/whence.aot"), "no cache");
    assertThat(run(copy.resolve("bin/whence"), Map.of(), "methods")).isEqualTo(new Result(0, expected, ""));
  }

  @Test
  void aSmallDemoWritesFiguresAndReport() throws Exception {
    Result result = run("demo", "--models", "2", "--subsets", "4", "--json", "figures.json");

    assertThat(result.code).as(result.err).isZero();
    assertThat(result.out).contains("trak", "random", "ceiling", "raised the margin of", "lowered it",
        "report: file:");
    Map<String, Object> figures = Json.parse(Files.readString(work.resolve("a b/figures.json")));
    assertThat(figures).containsKeys("lds", "difference", "seconds");
    assertThat(work.resolve("a b/runs/demo/report.html")).exists();
    assertThat(result.err).doesNotContain("Exception").doesNotContain("WARNING");
  }

  @Test
  void anInterruptEndsWith130AndTheSameCommandGoesOn() throws Exception {
    Path err = work.resolve("interrupted.txt");
    Process process = start(whence, Map.of(), work.resolve("out.txt"), err, "demo", "--models", "2",
        "--subsets", "4");
    while (process.isAlive() && !Files.readString(err).contains("training")) {
      Thread.onSpinWait();
    }
    assertThat(new ProcessBuilder("kill", "-INT", Long.toString(process.pid())).start().waitFor()).isZero();

    assertThat(process.waitFor()).as(Files.readString(err)).isEqualTo(130);
    assertThat(Files.readString(err)).contains("whence: cancelled; run the same command again");
    assertThat(run("train", "runs/demo/run.yaml").code).isZero();
  }

  private Result run(String... arguments) throws Exception {
    return run(Map.of(), arguments);
  }

  private Result run(Map<String, String> environment, String... arguments) throws Exception {
    return run(whence, environment, arguments);
  }

  private Result run(Path program, Map<String, String> environment, String... arguments) throws Exception {
    Path out = Files.createTempFile(work, "out", "");
    Path err = Files.createTempFile(work, "err", "");
    int code = start(program, environment, out, err, arguments).waitFor();
    return new Result(code, Files.readString(out), Files.readString(err));
  }

  private Process start(Path program, Map<String, String> environment, Path out, Path err,
      String... arguments)
      throws IOException {
    var command = new ArrayList<>(List.of(program.toString()));
    command.addAll(List.of(arguments));
    Path from = Files.createDirectories(work.resolve("a b"));
    if (!Files.exists(err)) {
      Files.createFile(err);
    }
    var builder = new ProcessBuilder(command).directory(from.toFile()).redirectOutput(out.toFile())
        .redirectError(err.toFile());
    builder.environment().putAll(environment);
    return builder.start();
  }

  private record Result(int code, String out, String err) {
  }
}
