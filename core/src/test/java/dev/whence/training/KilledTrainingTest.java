package dev.whence.training;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KilledTrainingTest {
  private static final int KILLS = 20;
  @TempDir
  private Path folder;

  @Test
  void aRunKilledTwentyTimesEndsInTheBytesOfAnUndisturbedOne() throws Exception {
    Path whole = folder.resolve("whole");
    assertThat(child(whole, Integer.MAX_VALUE)).hasSize(TrainingChild.STEPS);
    Path killed = folder.resolve("killed");
    var random = new SplittableRandom(11);
    long last = -1;
    for (int kill = 0; kill < KILLS; kill++) {
      List<Long> steps = child(killed, random.nextInt(1, 5));
      // a step is made again only if the process died before its state was saved
      assertThat(steps).isNotEmpty();
      assertThat(steps.getFirst()).isBetween(last, last + 1);
      last = steps.getLast();
    }
    assertThat(last).isLessThan(TrainingChild.STEPS - 1L);
    assertThat(child(killed, Integer.MAX_VALUE)).last().isEqualTo(TrainingChild.STEPS - 1L);
    List<String> names = names(whole);
    assertThat(names).hasSize(4);
    assertThat(names(killed)).isEqualTo(names);
    for (String name : names) {
      assertThat(killed.resolve(name)).hasSameBinaryContentAs(whole.resolve(name));
    }
  }

  /** The steps a process told of until it ended, or was killed right after telling of so many. */
  private List<Long> child(Path target, int steps) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "--enable-native-access=ALL-UNNAMED", "-Dorg.bytedeco.javacpp.maxPhysicalBytes=0",
        "-Dorg.bytedeco.javacpp.maxBytes=0", "-XX:TieredStopAtLevel=1", "-Xmx512m",
        "-Dwhence.root=" + System.getProperty("whence.root"), "-cp", System.getProperty("java.class.path"),
        TrainingChild.class.getName(), target.toString())
        .redirectError(folder.resolve("errors.txt").toFile()).start();
    var told = new ArrayList<Long>();
    try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
      String line = lines.readLine();
      while (line != null) {
        told.add(Long.parseLong(line));
        if (told.size() == steps) {
          process.destroyForcibly();
        }
        line = lines.readLine();
      }
    } catch (IOException e) {
      // a killed process closes its stream
      assertThat(told).hasSizeGreaterThanOrEqualTo(steps);
    }
    int exit = process.waitFor();
    if (steps == Integer.MAX_VALUE) {
      assertThat(exit).as(Files.readString(folder.resolve("errors.txt"))).isZero();
    }
    return told;
  }

  private static List<String> names(Path folder) throws IOException {
    try (var files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }
}
