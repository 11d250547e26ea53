package dev.whence.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FeaturesTest {
  @TempDir
  Path folder;

  @Test
  void numbersOfADataSetLieSideBySideWithoutItsLabels() {
    Dataset data = Datasets.builder().column("image", new float[]{1, 2, 3, 4, 5, 6, 7, 8}, 2, 2)
        .column("age", new long[]{30, 1 << 24}).labels(1, 0).classNames("no", "yes").ids("a", "b").build();
    Features features = Features.of(data);
    assertThat(features.names()).containsExactly("image[0]", "image[1]", "image[2]", "image[3]", "age");
    assertThat(features.size()).isEqualTo(2);
    float[] row = new float[5];
    features.copyRow(1, row);
    assertThat(row).containsExactly(5, 6, 7, 8, 1 << 24);
    assertThat(features.row(0).getAtIndex(ValueLayout.JAVA_FLOAT, 4)).isEqualTo(30);
    assertThat(features.label(0)).isEqualTo(1);
    assertThat(features.classNames()).containsExactly("no", "yes");
    assertThat(features.ids()).containsExactly("a", "b");
    assertThat(features.group(0)).isEmpty();
  }

  @Test
  void whatWasImputedIsMissingAgain() throws IOException {
    Files.writeString(folder.resolve("t.csv"), "age,y\n30,0\n,1\n50,1\n");
    DataSpec spec = DataSpec.parse(Map.of("path", "t.csv", "columns",
        Map.of("x", Map.of("from", "age", "impute", "median", "indicator", true))), folder);
    Features features = Features.of(Datasets.read(spec));
    assertThat(features.isMissing(1, 0)).isTrue();
    assertThat(features.isMissing(0, 0)).isFalse();
    assertThat(features.value(2, 0)).isEqualTo(50);
  }

  @Test
  void someRowsShareTheNumbersAndKeepWhatBelongsToThem() {
    Features all = Features.builder(List.of("a", "b"), 3).putRow(0, 1, 2).putRow(2, 5, Float.NaN).put(1, 0, 3)
        .labels(.5, 1.5, 2.5).groups(List.of("p", "q", "p")).ids(row -> "r" + row).build();
    Features some = all.select(2, 1).select(1, 0, 0);
    assertThat(some.ids()).containsExactly("r1", "r2", "r2");
    assertThat(some.value(0, 0)).isEqualTo(3);
    assertThat(some.isMissing(0, 1)).isTrue(); // never put
    assertThat(some.isMissing(1, 1)).isTrue();
    assertThat(some.label(2)).isEqualTo(2.5);
    assertThat(some.group(0)).contains("q");
    assertThat(some.fingerprint()).isEqualTo(all.select(1, 2, 2).fingerprint())
        .isNotEqualTo(all.fingerprint());
    assertThatThrownBy(() -> some.value(3, 0)).isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> some.value(0, 2)).isInstanceOf(IndexOutOfBoundsException.class);
  }

  @Test
  void whatCannotBeAFeatureIsRefused() {
    Dataset ids = Datasets.builder().column("id", new long[]{1, (1 << 24) + 1}).build();
    assertThatThrownBy(() -> Features.of(ids)).isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("row 1, column 'id'").hasMessageContaining("16777217");
    assertThatThrownBy(() -> Features.builder(List.of("a", "a"), 1))
        .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("different names");
    assertThatThrownBy(() -> Features.builder(List.of("a"), 1).put(0, 0, Float.POSITIVE_INFINITY))
        .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("must be finite");
    assertThatThrownBy(() -> Features.builder(List.of("a"), 2).labels(1))
        .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("labels must be one per row, 2");
    Features unlabelled = Features.builder(List.of("a"), 1).build();
    assertThatThrownBy(() -> unlabelled.label(0)).isInstanceOf(IllegalStateException.class);
  }
}
