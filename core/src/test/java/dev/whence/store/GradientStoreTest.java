package dev.whence.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.whence.run.CorruptStoreException;
import dev.whence.run.IncompatibleException;
import dev.whence.run.StoreException;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GradientStoreTest {
  private static final int COLUMNS = 3;
  @TempDir
  Path folder;

  static GradientStore.Layout layout(Element element) {
    return new GradientStore.Layout(COLUMNS, element, 4, Map.of("model", "aa11", "data", "bb22"),
        "projected gradients");
  }

  static float[] rows(long first, int count) {
    float[] values = new float[count * COLUMNS];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) new SplittableRandom(first * COLUMNS + i).nextDouble(-1, 1);
    }
    return values;
  }

  private Path full(Element element) throws IOException {
    Path path = folder.resolve("g-" + element);
    try (GradientStore store = GradientStore.write(path, 10, layout(element))) {
      store.write(4, rows(4, 6));
      store.write(0, rows(0, 4));
    }
    return path;
  }

  @Test
  void rowsReadBackExactlyWhateverTheOrderOfWriting() throws IOException {
    try (GradientStore store = GradientStore.read(full(Element.FLOAT32))) {
      assertThat(store.layout()).isEqualTo(layout(Element.FLOAT32));
      assertThat(store.has(0, 10)).isTrue();
      assertThat(store.missing()).isEmpty();
      assertThat(store.floats(0, 10)).isEqualTo(rows(0, 10));
      assertThat(store.rows(3, 4).toArray(ValueLayout.JAVA_FLOAT_UNALIGNED)).isEqualTo(rows(3, 4));
    }
  }

  @Test
  void bfloat16KeepsEachNumberWithinHalfAUnitInTheLastPlace() throws IOException {
    try (GradientStore store = GradientStore.read(full(Element.BFLOAT16))) {
      float[] exact = rows(0, 10);
      float[] kept = store.floats(0, 10);
      for (int i = 0; i < exact.length; i++) {
        // 8 bits of significand: half a unit is 2^-9 of the next power of two, at most 2^-8 of the number
        assertThat(Math.abs(kept[i] - exact[i])).isLessThanOrEqualTo(Math.abs(exact[i]) * 0x1p-8f);
      }
    }
  }

  @Test
  void dataBeginAtAMultipleOf64WhereTheHeadEnds() throws IOException {
    Path path = full(Element.FLOAT32);
    byte[] bytes = Files.readAllBytes(path);
    assertThat((bytes.length - 10 * COLUMNS * 4) % 64).isZero();
  }

  @Test
  void killedRunIsTakenUpWhereItStopped() throws IOException {
    Path whole = full(Element.FLOAT32);
    Path path = folder.resolve("resumed");
    try (GradientStore store = GradientStore.write(path, 10, layout(Element.FLOAT32))) {
      store.write(4, rows(4, 4));
      assertThat(store.missing()).containsExactly(0L, 8L);
    }
    try (GradientStore store = GradientStore.write(path, 10, layout(Element.FLOAT32))) {
      assertThat(store.has(4, 4)).isTrue();
      assertThat(store.has(0, 1)).isFalse();
      assertThatIllegalArgumentException().isThrownBy(() -> store.rows(3, 2))
          .withMessageContaining("lacks some");
      for (long first : store.missing()) {
        store.write(first, rows(first, (int) Math.min(4, 10 - first)));
      }
    }
    assertThat(path).hasSameBinaryContentAs(whole);
    assertThat(BlockIndex.beside(path)).hasSameBinaryContentAs(BlockIndex.beside(whole));
  }

  @Test
  void appendedStoreEqualsOneWrittenAtOnce() throws IOException {
    Path whole = full(Element.BFLOAT16);
    Path path = folder.resolve("grown");
    try (GradientStore store = GradientStore.write(path, 6, layout(Element.BFLOAT16))) {
      store.write(0, rows(0, 6));
    }
    try (GradientStore store = GradientStore.append(path, Map.of("model", "aa11"))) {
      store.extend(4);
      assertThat(store.missing()).containsExactly(6L, 8L);
      store.write(6, rows(6, 4));
      assertThat(store.floats(0, 10)).hasSize(30);
    }
    assertThat(path).hasSameBinaryContentAs(whole);
    assertThat(BlockIndex.beside(path)).hasSameBinaryContentAs(BlockIndex.beside(whole));
  }

  @Test
  void writesThatTearBlocksOrRepeatAreRefused() throws IOException {
    try (GradientStore store = GradientStore.write(folder.resolve("g"), 10, layout(Element.FLOAT32))) {
      assertThatIllegalArgumentException().isThrownBy(() -> store.write(1, rows(1, 3)))
          .withMessageContaining("blocks of 4");
      assertThatIllegalArgumentException().isThrownBy(() -> store.write(0, rows(0, 3)));
      assertThatIllegalArgumentException().isThrownBy(() -> store.write(0, new float[4]))
          .withMessageContaining("3 columns");
      assertThatThrownBy(() -> store.write(8, rows(8, 3))).isInstanceOf(IndexOutOfBoundsException.class);
      store.write(0, rows(0, 4));
      assertThatIllegalStateException().isThrownBy(() -> store.write(0, rows(0, 4)))
          .withMessageContaining("written already");
      float[] bad = rows(4, 4);
      bad[7] = Float.NaN;
      assertThatIllegalArgumentException().isThrownBy(() -> store.write(4, bad))
          .withMessageContaining("row 6, column 1");
      assertThat(store.has(4, 1)).isFalse();
    }
    try (GradientStore store = GradientStore.read(folder.resolve("g"))) {
      assertThatIllegalStateException().isThrownBy(() -> store.write(4, rows(4, 4)));
    }
  }

  @Test
  void numberThatOverflowsBfloat16IsRefused() throws IOException {
    try (GradientStore store = GradientStore.write(folder.resolve("g"), 1, layout(Element.BFLOAT16))) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> store.write(0, new float[]{0, Float.MAX_VALUE, 0}))
          .withMessageContaining("beyond bfloat16");
    }
  }

  @Test
  void otherFingerprintOrShapeIsRefusedWithBothAndTheWayOut() throws IOException {
    Path path = full(Element.FLOAT32);
    var other = new GradientStore.Layout(COLUMNS, Element.FLOAT32, 4, Map.of("model", "cc33", "data", "bb22"),
        "");
    assertThatThrownBy(() -> GradientStore.write(path, 10, other)).isInstanceOf(IncompatibleException.class)
        .hasMessageContaining(
            "was built for model aa11, but model cc33 was given; rebuild it with --overwrite");
    assertThatThrownBy(() -> GradientStore.read(path, Map.of("spec", "dd")))
        .isInstanceOf(IncompatibleException.class)
        .hasMessageContaining("without spec");
    assertThatThrownBy(() -> GradientStore.write(path, 11, layout(Element.FLOAT32)))
        .isInstanceOf(IncompatibleException.class).hasMessageContaining("10 rows")
        .hasMessageContaining("11 rows");
    assertThatThrownBy(() -> GradientStore.write(path, 10, layout(Element.BFLOAT16)))
        .isInstanceOf(IncompatibleException.class);
    GradientStore.write(path, 10, layout(Element.FLOAT32)).close(); // refusals hold no lock
  }

  @Test
  void secondWriterIsRefusedWhileReadersAreNot() throws IOException {
    Path path = folder.resolve("g");
    try (GradientStore first = GradientStore.write(path, 10, layout(Element.FLOAT32))) {
      first.write(0, rows(0, 4));
      assertThatThrownBy(() -> GradientStore.write(path, 10, layout(Element.FLOAT32)))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("is being written by another run");
      try (GradientStore reader = GradientStore.read(path)) {
        assertThat(reader.floats(0, 4)).isEqualTo(rows(0, 4));
      }
    }
  }

  @Test
  void threadsMayWriteDifferentBlocksAtOnce() throws Exception {
    Path path = folder.resolve("g");
    try (GradientStore store = GradientStore.write(path, 400, layout(Element.FLOAT32));
        var workers = Executors.newFixedThreadPool(4)) {
      var done = IntStream.range(0, 100).mapToObj(block -> workers.submit(() -> {
        store.write(4L * block, rows(4L * block, 4));
        return block;
      })).toList();
      for (var one : done) {
        one.get();
      }
      assertThat(store.floats(0, 400)).isEqualTo(rows(0, 400));
    }
  }

  @Test
  void everyFlippedByteIsDetectedOrChangesNothingThatIsRead() throws IOException {
    Path path = full(Element.FLOAT32);
    Path index = BlockIndex.beside(path);
    for (Path damaged : new Path[]{path, index}) {
      byte[] bytes = Files.readAllBytes(damaged);
      int undetected = 0;
      for (int at = 0; at < bytes.length; at++) {
        byte[] changed = bytes.clone();
        changed[at] ^= (byte) (1 << at % 8);
        Files.write(damaged, changed);
        undetected += isDetected(path) ? 0 : 1;
      }
      Files.write(damaged, bytes);
      assertThat(undetected).as(damaged.toString()).isZero();
    }
  }

  private static boolean isDetected(Path path) throws IOException {
    try (GradientStore store = GradientStore.read(path)) {
      assertThat(store.floats(0, (int) store.rows())).isEqualTo(rows(0, 10));
      return false;
    } catch (StoreException expected) {
      return true;
    }
  }

  @Test
  void fileCutAnywhereIsReadableOrRefusedAndNeverWrong() throws IOException {
    Path path = full(Element.FLOAT32);
    Path index = BlockIndex.beside(path);
    for (Path cut : new Path[]{path, index}) {
      byte[] bytes = Files.readAllBytes(cut);
      int resumed = 0;
      for (int length = 0; length < bytes.length; length++) {
        Files.write(cut, Arrays.copyOf(bytes, length));
        try (GradientStore store = GradientStore.read(path)) {
          for (long row = 0; row < 10; row++) {
            if (store.has(row, 1)) {
              assertThat(store.floats(row, 1)).isEqualTo(rows(row, 1));
            }
          }
          resumed++;
        } catch (CorruptStoreException expected) {
          assertThat(expected).hasMessageContaining("g-FLOAT32").hasMessageContaining("make it again");
        }
      }
      Files.write(cut, bytes);
      // an index cut within its entries still tells the others
      assertThat(resumed).isEqualTo(cut.equals(path) ? 0 : 3 * Entries.BYTES);
    }
  }

  @Test
  void creationKilledBeforeTheMagicIsBegunAnew() throws IOException {
    Path path = full(Element.FLOAT32);
    byte[] bytes = Files.readAllBytes(path);
    for (int length : new int[]{0, 5, 8, 9, 63, 64, bytes.length}) {
      byte[] begun = Arrays.copyOf(bytes, length);
      Arrays.fill(begun, 0, Math.min(8, length), (byte) 0);
      Files.write(path, begun);
      assertThatThrownBy(() -> GradientStore.read(path)).isInstanceOf(CorruptStoreException.class);
      try (GradientStore store = GradientStore.write(path, 10, layout(Element.FLOAT32))) {
        assertThat(store.missing()).containsExactly(0L, 4L, 8L);
        store.write(0, rows(0, 10));
      }
      assertThat(path).hasBinaryContent(bytes);
    }
  }

  @Test
  void fileLargerThanTheHeapIsWrittenAndRead() throws IOException {
    // 3 million rows of 1024 columns: 12 GB, nearly all of it a hole
    Path path = folder.resolve("large");
    var layout = new GradientStore.Layout(1024, Element.FLOAT32, 250, Map.of(), "");
    long rows = 3_000_001;
    assertThat(rows * 4096).isGreaterThan(2 * Runtime.getRuntime().maxMemory());
    float[] last = new float[1024];
    Arrays.fill(last, 7);
    try (GradientStore store = GradientStore.write(path, rows, layout)) {
      store.write(rows - 1, last);
      store.write(0, new float[250 * 1024]);
    }
    try (GradientStore store = GradientStore.read(path)) {
      assertThat(store.floats(rows - 1, 1)).isEqualTo(last);
      assertThat(store.has(250, 1)).isFalse();
    }
  }

  @Test
  void storeOfVersionOneStaysReadable() throws IOException {
    Path fixture = Path.of("src/test/resources/store/v1.grad");
    try (GradientStore store = GradientStore.read(fixture)) {
      assertThat(store.layout()).isEqualTo(layout(Element.BFLOAT16));
      assertThat(store.floats(0, 10))
          .isEqualTo(Element.BFLOAT16.decode(Element.BFLOAT16.encode(rows(0, 10))));
    }
  }

  @Test
  void newerVersionIsRefusedAsSuch() throws IOException {
    Path path = folder.resolve("new");
    Files.write(path, StoreHead.encode(GradientHeader.MAGIC, 2, Map.of()));
    assertThatThrownBy(() -> GradientStore.read(path)).isInstanceOf(IncompatibleException.class)
        .hasMessageContaining("format version 2, but this Whence reads up to 1");
  }
}
