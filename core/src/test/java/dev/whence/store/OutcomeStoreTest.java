package dev.whence.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.whence.run.CorruptStoreException;
import dev.whence.run.IncompatibleException;
import dev.whence.run.StoreException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OutcomeStoreTest {
  private static final Masks MASKS = Masks.uniform(3, 11, .5, 9);
  private static final OutcomeStore.Header HEADER = new OutcomeStore.Header(
      IntStream.range(0, 11).mapToObj(i -> "é" + i).toList(), List.of("a", "b", "c"), 2,
      Map.of("model", "aa11"), "margins");
  @TempDir
  Path folder;

  static float[] outcomes(int subset, int repeat) {
    return new float[]{subset + .5f, -repeat, subset * repeat - 1e-3f};
  }

  private Path full() throws IOException {
    Path path = folder.resolve("outcomes");
    try (OutcomeStore store = OutcomeStore.write(path, HEADER, MASKS)) {
      for (int item : List.of(5, 0, 3, 1, 4, 2)) {
        store.write(item / 2, item % 2, outcomes(item / 2, item % 2));
      }
    }
    return path;
  }

  private static void assertSameOutcomes(OutcomeStore store) throws IOException {
    for (int item = 0; item < 6; item++) {
      if (store.has(item / 2, item % 2)) {
        assertThat(store.outcomes(item / 2, item % 2)).isEqualTo(outcomes(item / 2, item % 2));
      }
    }
    assertThat(store.masks()).isEqualTo(MASKS);
    assertThat(store.header()).isEqualTo(HEADER);
  }

  @Test
  void outcomesMasksAndIdsReadBack() throws IOException {
    try (OutcomeStore store = OutcomeStore.read(full())) {
      assertSameOutcomes(store);
      assertThat(store.completeSubsets()).containsExactly(0, 1, 2);
      assertThat(store.missing()).isEmpty();
    }
  }

  @Test
  void killedRunIsTakenUpModelByModel() throws IOException {
    Path whole = full();
    Path path = folder.resolve("resumed");
    for (int item = 0; item < 6; item++) {
      try (OutcomeStore store = OutcomeStore.write(path, HEADER, MASKS)) {
        assertThat(store.missing()).hasSize(6 - item);
        assertThat(store.completeSubsets()).hasSize(item / 2);
        int next = store.missing().getFirst();
        store.write(next / 2, next % 2, outcomes(next / 2, next % 2));
      }
    }
    assertThat(path).hasSameBinaryContentAs(whole);
  }

  @Test
  void valuesThatAreMissingTwiceWrittenOrNotFiniteAreRefused() throws IOException {
    try (OutcomeStore store = OutcomeStore.write(folder.resolve("o"), HEADER, MASKS)) {
      assertThatIllegalArgumentException().isThrownBy(() -> store.outcomes(1, 1))
          .withMessageContaining("subset 1, repeat 1");
      assertThatIllegalArgumentException().isThrownBy(() -> store.write(0, 0, new float[]{1, Float.NaN, 0}))
          .withMessageContaining("output 'b' for subset 0, repeat 0 is NaN");
      assertThatIllegalArgumentException().isThrownBy(() -> store.write(0, 0, new float[2]));
      store.write(0, 0, outcomes(0, 0));
      assertThatIllegalStateException().isThrownBy(() -> store.write(0, 0, outcomes(0, 0)));
      assertThatThrownBy(() -> store.has(3, 0)).isInstanceOf(IndexOutOfBoundsException.class);
      assertThatThrownBy(() -> OutcomeStore.write(folder.resolve("o"), HEADER, MASKS))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("is being written by another run");
    }
  }

  @Test
  void storeForSomethingElseIsRefused() throws IOException {
    Path path = full();
    var otherModel = new OutcomeStore.Header(HEADER.sources(), HEADER.outputs(), 2, Map.of("model", "bb22"),
        "");
    assertThatThrownBy(() -> OutcomeStore.write(path, otherModel, MASKS))
        .isInstanceOf(IncompatibleException.class)
        .hasMessageContaining("built for model aa11, but model bb22 was given");
    assertThatThrownBy(() -> OutcomeStore.write(path, HEADER, Masks.uniform(3, 11, .5, 10)))
        .isInstanceOf(IncompatibleException.class).hasMessageContaining("other subsets");
    var moreRepeats = new OutcomeStore.Header(HEADER.sources(), HEADER.outputs(), 3, HEADER.fingerprints(),
        "");
    assertThatThrownBy(() -> OutcomeStore.write(path, moreRepeats, MASKS))
        .isInstanceOf(IncompatibleException.class)
        .hasMessageContaining("2 repeats");
    OutcomeStore.write(path, HEADER, MASKS).close(); // refusals hold no lock
  }

  @Test
  void everyFlippedByteOfHeadMasksEntriesAndOutcomesIsDetected() throws IOException {
    Path path = full();
    byte[] bytes = Files.readAllBytes(path);
    int padding = 0;
    for (int at = 0; at < bytes.length; at++) {
      byte[] changed = bytes.clone();
      changed[at] ^= (byte) (1 << at % 8);
      Files.write(path, changed);
      try (OutcomeStore store = OutcomeStore.read(path)) {
        assertSameOutcomes(store);
        padding++;
      } catch (StoreException expected) {
        assertThat(expected).hasMessageContaining("outcomes");
      }
    }
    // zeros that fill up to 64 after 3 masks of 2 bytes and after 6 entries of 16; nothing reads them
    assertThat(padding).isEqualTo(64 - 6 + 128 - 6 * Entries.BYTES);
  }

  @Test
  void fileCutAnywhereIsRefusedAndBegunAnewIfItsMagicIsMissing() throws IOException {
    Path path = full();
    byte[] bytes = Files.readAllBytes(path);
    for (int length = 0; length < bytes.length; length++) {
      Files.write(path, Arrays.copyOf(bytes, length));
      assertThatThrownBy(() -> OutcomeStore.read(path)).isInstanceOf(CorruptStoreException.class);
    }
    byte[] begun = bytes.clone();
    Arrays.fill(begun, 0, 8, (byte) 0);
    Files.write(path, begun);
    try (OutcomeStore store = OutcomeStore.write(path, HEADER, MASKS)) {
      assertThat(store.missing()).hasSize(6);
    }
  }

  @Test
  void storeOfVersionOneStaysReadable() throws IOException {
    try (OutcomeStore store = OutcomeStore.read(Path.of("src/test/resources/store/v1.outcomes"))) {
      assertSameOutcomes(store);
      assertThat(store.missing()).isEmpty();
    }
  }

  @Test
  void uniformSubsetsHaveTheSizeAskedForAndCanBeMadeAlone() {
    Masks many = Masks.uniform(4000, 9, .5, 3);
    int[] held = new int[9];
    for (int k = 0; k < many.subsets(); k++) {
      assertThat(many.size(k)).isEqualTo(4);
      for (long row : many.rows(k)) {
        held[(int) row]++;
      }
    }
    for (int count : held) {
      // 4000 · 4/9 = 1778 with a standard deviation of 31: four of them
      assertThat(count).isBetween(1778 - 126, 1778 + 126);
    }
    assertThat(Masks.uniform(3000, 9, .5, 3).bits(2999)).isEqualTo(many.bits(2999));
    assertThatIllegalArgumentException().isThrownBy(() -> Masks.uniform(1, 3, 0, 1));
    var beyond = new BitSet();
    beyond.set(3);
    assertThatIllegalArgumentException().isThrownBy(() -> Masks.of(3, List.of(beyond)));
    assertThat(Masks.leaveOneOut(4, 2).rows(1)).containsExactly(0, 1, 3);
  }
}
