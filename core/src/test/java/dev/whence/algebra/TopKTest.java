package dev.whence.algebra;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Comparator;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class TopKTest {
  @Test
  void equalsAFullSortThatBreaksTiesByPosition() {
    for (long seed = 0; seed < 200; seed++) {
      var random = new SplittableRandom(seed);
      float[] values = new float[random.nextInt(1, 60)];
      for (int i = 0; i < values.length; i++) {
        values[i] = (random.nextInt(9) - 4) * (random.nextBoolean() ? .5f : -0.0f);
      }
      int k = random.nextInt(70);
      int[] sorted = IntStream.range(0, values.length).filter(i -> i % 5 != 0).boxed()
          .sorted(Comparator.comparingDouble((Integer i) -> -(values[i] + 0f) + 0f).thenComparing(i -> i))
          .limit(k)
          .mapToInt(i -> i).toArray();
      assertThat(TopK.largest(values, k, i -> i % 5 != 0)).isEqualTo(sorted);
      float[] negated = new float[values.length];
      for (int i = 0; i < values.length; i++) {
        negated[i] = -values[i];
      }
      assertThat(TopK.smallest(negated, k, i -> i % 5 != 0)).isEqualTo(sorted);
    }
  }

  @Test
  void negativeKIsRefused() {
    assertThatIllegalArgumentException().isThrownBy(() -> TopK.largest(new float[1], -1, _ -> true))
        .withMessage("k must be >= 0, got -1");
  }
}
