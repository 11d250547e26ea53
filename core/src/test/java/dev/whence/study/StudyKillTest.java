package dev.whence.study;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whence.run.Progress;
import dev.whence.run.Run;
import dev.whence.score.ScoreMatrix;
import java.io.BufferedReader;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Another process trains and attributes, and is killed at seeded moments until one gets through: same bytes. */
class StudyKillTest {
  private static final int KILLS = 20;
  @TempDir
  private Path folder;

  /** The other process. */
  public static final class Worker {
    private Worker() {
    }

    /** Carries out a run file in a folder, a line to stdout for every unit of progress. */
    public static void main(String[] arguments) throws IOException {
      carryOut(Path.of(arguments[0]), Path.of(arguments[1]), new FileOutputStream(FileDescriptor.out));
    }
  }

  private static void carryOut(Path runFile, Path folder, OutputStream lines) throws IOException {
    try (var study = Study.open(RunFile.read(runFile), folder,
        Run.of(0).withProgress(lines(lines)).withBatchBytes(1))) {
      study.attribute().values().forEach(ScoreMatrix::close);
    }
  }

  private static Progress lines(OutputStream out) {
    return (_, _) -> new Progress.Stage() {
      @Override
      public void advance(long units) {
        try {
          synchronized (out) {
            out.write('\n');
          }
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      }

      @Override
      public void close() {
        advance(0);
      }
    };
  }

  @Test
  void killedRunsEndWithTheBytesOfAnUndisturbedOne() throws Exception {
    Path runFile = runFile();
    Path undisturbed = folder.resolve("undisturbed");
    int total = units(runFile, undisturbed);
    var random = new SplittableRandom(5);
    int kills = 0;
    int runs = 0;
    while (kills < KILLS) {
      Path killed = folder.resolve("killed-" + runs++);
      // a resumed run has fewer units left: short waits reach into its end
      while (kills < KILLS && !finishes(runFile, killed, 1 + random.nextInt(total))) {
        kills++;
      }
      carryOut(runFile, killed, OutputStream.nullOutputStream());
      assertSameBytes(undisturbed, killed);
    }
    assertThat(runs).isGreaterThan(1);
  }

  private static int units(Path runFile, Path folder) throws IOException {
    var counted = new java.util.concurrent.atomic.AtomicInteger();
    carryOut(runFile, folder, new OutputStream() {
      @Override
      public void write(int character) {
        counted.incrementAndGet();
      }
    });
    return counted.get();
  }

  /** Runs the other process until it is through, or so many lines came: then it is killed. */
  private static boolean finishes(Path runFile, Path folder, int lines) throws Exception {
    Process process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "-XX:TieredStopAtLevel=1", "--enable-native-access=ALL-UNNAMED",
        "-Dorg.bytedeco.javacpp.maxPhysicalBytes=0", "-Dorg.bytedeco.javacpp.maxBytes=0", "-cp",
        System.getProperty("java.class.path"), Worker.class.getName(), runFile.toString(), folder.toString())
        .redirectError(ProcessBuilder.Redirect.INHERIT).start();
    int left = lines;
    try (var reader = new BufferedReader(
        new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      while (left > 0 && reader.readLine() != null) {
        left--;
      }
      boolean finished = left > 0;
      process.destroyForcibly();
      assertThat(finished && process.waitFor() != 0).as("a run that was not killed must succeed").isFalse();
      process.waitFor();
      return finished;
    }
  }

  private static void assertSameBytes(Path expected, Path actual) throws IOException {
    assertThat(files(actual)).containsExactlyElementsOf(files(expected));
    for (String name : files(expected)) {
      if (!name.equals("provenance.json")) { // holds times
        assertThat(actual.resolve(name)).as(name).hasSameBinaryContentAs(expected.resolve(name));
      }
    }
  }

  private static List<String> files(Path folder) throws IOException {
    try (Stream<Path> paths = Files.walk(folder)) {
      return paths.filter(Files::isRegularFile).map(path -> folder.relativize(path).toString()).sorted()
          .toList();
    }
  }

  private Path runFile() throws IOException {
    Path fixtures = Path.of(System.getProperty("whence.root"), "fixtures");
    Map<String, Object> values = Map.of("model", fixtures.resolve("demo/digits-cnn.pt2").toString(), "data",
        Map.of("path", fixtures.resolve("data/digits-100.csv").toString(), "rows", "0..79", "columns",
            Map.of("image", Map.of("from", "pixel_0..pixel_63", "shape", List.of(1, 8, 8), "scale", 0.0625)),
            "label",
            Map.of("from", "label", "type", "class", "classes",
                List.of("0", "1", "2", "3", "4", "5", "6", "7", "8", "9"))),
        "targets", Map.of("rows", "80..99"), "training",
        Map.of("models", 3, "checkpoints-per-model", 2, "recipe", Map.of("epochs", 12, "batch-size", 16)),
        "methods",
        Map.of("trak", Map.of(), "tracin",
            Map.of("projection", Map.of("two-sided", Map.of("rows", 4, "columns", 4))),
            "similarity", Map.of()));
    return Files.writeString(folder.resolve("run.yaml"), Yaml.write(values));
  }
}
