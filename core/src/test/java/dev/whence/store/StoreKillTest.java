package dev.whence.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Another process fills both stores and is killed at seeded moments, again and again, until one run gets through. */
class StoreKillTest {
  private static final int ITEMS = 120;
  @TempDir
  Path folder;

  /** The other process. */
  public static final class Filler {
    private Filler() {
    }

    /** Writes what is missing, a line to stdout an item. */
    public static void main(String[] arguments) throws IOException {
      fill(Path.of(arguments[0]), new FileOutputStream(FileDescriptor.out));
    }
  }

  private static void fill(Path folder, OutputStream progress) throws IOException {
    var layout = new GradientStore.Layout(700, Element.BFLOAT16, 3, Map.of("model", "aa"), "");
    var header = new OutcomeStore.Header(ids("s", 9), ids("t", 500), 2, Map.of("model", "aa"), "");
    try (var rows = GradientStore.write(folder.resolve("rows"), 3 * ITEMS - 1, layout);
        var outcomes = OutcomeStore.write(folder.resolve("outcomes"), header,
            Masks.uniform(ITEMS / 2, 9, .5, 1))) {
      for (int item = 0; item < ITEMS; item++) {
        int count = item == ITEMS - 1 ? 2 : 3;
        if (!rows.has(3L * item, count)) {
          rows.write(3L * item, values(item, 700 * count));
        }
        if (!outcomes.has(item / 2, item % 2)) {
          outcomes.write(item / 2, item % 2, values(-item, 500));
        }
        progress.write('\n');
      }
    }
  }

  private static float[] values(long seed, int count) {
    var random = new SplittableRandom(seed);
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) random.nextDouble(-1, 1);
    }
    return values;
  }

  private static List<String> ids(String prefix, int count) {
    return IntStream.range(0, count).mapToObj(i -> prefix + i).toList();
  }

  private static Process start(Path folder) throws IOException {
    return new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "-Xshare:auto",
        "-XX:TieredStopAtLevel=1", "-cp", System.getProperty("java.class.path"), Filler.class.getName(),
        folder.toString()).redirectError(ProcessBuilder.Redirect.INHERIT).start();
  }

  @Test
  void storesSurviveKillsAndEndWithTheBytesOfAnUndisturbedRun() throws Exception {
    Path undisturbed = Files.createDirectory(folder.resolve("undisturbed"));
    fill(undisturbed, OutputStream.nullOutputStream());
    Path killed = Files.createDirectory(folder.resolve("killed"));
    var random = new SplittableRandom(11);
    int kills = 0;
    boolean finished = false;
    while (!finished && kills < 12) {
      Process process = start(killed);
      int lines = random.nextInt(1, ITEMS + 20);
      try (var reader = new BufferedReader(
          new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
        while (lines > 0 && reader.readLine() != null) {
          lines--;
        }
        finished = lines > 0;
        process.destroyForcibly();
        process.waitFor();
      }
      kills += finished ? 0 : 1;
      checkReadable(killed);
    }
    fill(killed, OutputStream.nullOutputStream());
    assertThat(kills).isGreaterThan(2);
    for (String name : List.of("rows", "rows.index", "outcomes")) {
      assertThat(killed.resolve(name)).hasSameBinaryContentAs(undisturbed.resolve(name));
    }
  }

  private static void checkReadable(Path folder) throws IOException {
    try (var rows = GradientStore.read(folder.resolve("rows"));
        var outcomes = OutcomeStore.read(folder.resolve("outcomes"))) {
      for (int item = 0; item < ITEMS - 1; item++) {
        if (rows.has(3L * item, 3)) {
          assertThat(rows.floats(3L * item, 3))
              .isEqualTo(Element.BFLOAT16.decode(Element.BFLOAT16.encode(values(item, 2100))));
        }
        if (outcomes.has(item / 2, item % 2)) {
          assertThat(outcomes.outcomes(item / 2, item % 2)).isEqualTo(values(-item, 500));
        }
      }
    }
  }
}
