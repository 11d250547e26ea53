package dev.whence.score;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.whence.run.AtomicFiles;
import dev.whence.run.CorruptStoreException;
import dev.whence.run.IncompatibleException;
import dev.whence.run.StoreException;
import dev.whence.store.StoreHead;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ScoreFileTest {
  @TempDir
  Path folder;

  /** Every other score of the second target is absent; the third has none. */
  static ScoreMatrix partial(boolean errors) {
    ScoreBuilder builder = ScoreMatrixTest.builder(3, 10, errors);
    for (int source = 0; source < 10; source++) {
      put(builder, 0, source, errors);
      if (source % 2 == 0) {
        put(builder, 1, source, errors);
      }
    }
    return builder.build();
  }

  private static void put(ScoreBuilder builder, int target, int source, boolean errors) {
    float score = (source - 4) / (target + 3f);
    if (errors) {
      builder.put(target, source, score, Math.abs(score) / 7);
    } else {
      builder.put(target, source, score);
    }
  }

  static void assertSame(ScoreMatrix actual, ScoreMatrix expected) {
    assertThat(actual.targets()).isEqualTo(expected.targets());
    assertThat(actual.sources()).isEqualTo(expected.sources());
    assertThat(actual.semantics()).isEqualTo(expected.semantics());
    assertThat(actual.provenance()).isEqualTo(expected.provenance());
    assertThat(actual.isComplete()).isEqualTo(expected.isComplete());
    for (int target = 0; target < expected.targets().size(); target++) {
      for (int source = 0; source < expected.sources().size(); source++) {
        assertThat(actual.has(target, source)).isEqualTo(expected.has(target, source));
        if (expected.has(target, source)) {
          assertThat(actual.score(target, source)).isEqualTo(expected.score(target, source));
          assertThat(actual.standardError(target, source)).isEqualTo(expected.standardError(target, source));
        }
      }
      assertThat(actual.top(target, 4, Order.OPPONENTS)).isEqualTo(expected.top(target, 4, Order.OPPONENTS));
    }
  }

  @Test
  void matrixReadsBackWithCoverageAndErrorsAndWritesTheSameBytesAgain() throws IOException {
    for (boolean errors : new boolean[]{false, true}) {
      Path file = folder.resolve("a/scores-" + errors);
      ScoreFile.write(file, partial(errors));
      try (ScoreMatrix read = ScoreFile.open(file)) {
        assertSame(read, partial(errors));
        ScoreFile.write(folder.resolve("again"), read);
      }
      assertThat(folder.resolve("again")).hasSameBinaryContentAs(file);
    }
  }

  @Test
  void unfinishedFileLeavesNothingBehindAndTheOldOneInPlace() throws IOException {
    Path file = folder.resolve("scores");
    ScoreFile.write(file, partial(false));
    ScoreMatrix wanted = partial(false);
    try (var writer = ScoreFile.begin(file, wanted.targets(), wanted.sources(), wanted.semantics(),
        wanted.provenance(),
        false)) {
      writer.putRow(0, new float[10]);
      float[] bad = new float[10];
      bad[3] = Float.NaN;
      assertThatIllegalArgumentException().isThrownBy(() -> writer.putRow(1, bad))
          .withMessageContaining("source 'Té3' for target 'Té1' is NaN");
      assertThatIllegalArgumentException().isThrownBy(() -> writer.putRow(1, new float[9]));
      assertThat(AtomicFiles.part(file)).exists();
    }
    assertThat(folder.toFile().list()).containsExactly("scores");
    try (ScoreMatrix read = ScoreFile.open(file)) {
      assertSame(read, wanted);
    }
  }

  @Test
  void everyFlippedByteOfHeadChecksumsAndRowsIsDetected() throws IOException {
    Path file = folder.resolve("scores");
    ScoreFile.write(file, partial(true));
    byte[] bytes = Files.readAllBytes(file);
    int padding = 0;
    for (int at = 0; at < bytes.length; at++) {
      byte[] changed = bytes.clone();
      changed[at] ^= (byte) (1 << at % 8);
      Files.write(file, changed);
      try (ScoreMatrix read = ScoreFile.open(file)) {
        assertSame(read, partial(true));
        padding++;
      } catch (StoreException expected) {
        assertThat(expected).hasMessageContaining("scores");
      } catch (UncheckedIOException expected) {
        assertThat(expected).hasCauseInstanceOf(CorruptStoreException.class);
      }
    }
    // zeros up to 64 after 3 checksums of 4 bytes, 3 coverages of 2, and twice 3 rows of 40; nothing reads them
    assertThat(padding).isEqualTo((64 - 12) + (64 - 6) + 2 * (128 - 120));
  }

  @Test
  void fileCutAnywhereIsRefused() throws IOException {
    Path file = folder.resolve("scores");
    ScoreFile.write(file, partial(false));
    byte[] bytes = Files.readAllBytes(file);
    for (int length = 0; length < bytes.length; length++) {
      Files.write(file, Arrays.copyOf(bytes, length));
      assertThatThrownBy(() -> ScoreFile.open(file)).isInstanceOf(CorruptStoreException.class);
    }
    Files.write(file, StoreHead.encode(ScoreFile.MAGIC, 1, Map.of("targets", 3)));
    assertThatThrownBy(() -> ScoreFile.open(file)).isInstanceOf(CorruptStoreException.class)
        .hasMessageContaining("not that of scores");
    Files.write(file, StoreHead.encode(ScoreFile.MAGIC, ScoreFile.VERSION + 1, Map.of()));
    assertThatThrownBy(() -> ScoreFile.open(file)).isInstanceOf(IncompatibleException.class);
  }

  @Test
  void calibrationIsKept() throws IOException {
    var found = new Calibration(136, 120, 150, .95, "nats", "60 subsets");
    ScoreFile.write(folder.resolve("scores"), partial(true).calibrated(found));
    try (ScoreMatrix read = ScoreFile.open(folder.resolve("scores"))) {
      assertSame(read, partial(true).calibrated(found));
    }
  }

  /** It names a unit, nats, that nobody had measured: read as scores of none. */
  @Test
  void fileOfVersionOneStaysReadable() throws IOException {
    try (ScoreMatrix read = ScoreFile.open(Path.of("src/test/resources/score/v1.scores"))) {
      assertSame(read, partial(true));
    }
  }
}
