package dev.whence.training;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.HashMap;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class BatchOrderTest {
  private static final Recipe RECIPE = new Recipe().epochs(2, 4);

  @Test
  void everyEpochSeesEveryExampleOnce() {
    var order = new BatchOrder(RECIPE, 10, 7);
    for (int epoch = 0; epoch < 2; epoch++) {
      int first = 3 * epoch;
      int[] seen = IntStream.range(first, first + 3).flatMap(step -> Arrays.stream(order.positions(step)))
          .toArray();
      assertThat(seen).containsExactlyInAnyOrder(0, 1, 2, 3, 4, 5, 6, 7, 8, 9);
      assertThat(order.positions(first + 2)).hasSize(2);
    }
  }

  @Test
  void anyStepCanBeMadeAloneAndSeedsAndEpochsDiffer() {
    var whole = new BatchOrder(RECIPE, 10, 7);
    int[] early = whole.positions(1);
    whole.positions(5);
    assertThat(whole.positions(1)).isEqualTo(early);
    assertThat(new BatchOrder(RECIPE, 10, 7).positions(1)).isEqualTo(early);
    assertThat(Permutation.of(100, 7, 0)).isNotEqualTo(Permutation.of(100, 8, 0))
        .isNotEqualTo(Permutation.of(100, 7, 1));
  }

  @Test
  void ordersAreUniform() {
    var counts = new HashMap<String, Integer>();
    int draws = 24_000;
    LongStream.range(0, draws)
        .forEach(i -> counts.merge(Arrays.toString(Permutation.of(4, 3, i)), 1, Integer::sum));
    assertThat(counts).hasSize(24);
    double expected = draws / 24.0;
    double chi = counts.values().stream().mapToDouble(c -> (c - expected) * (c - expected) / expected).sum();
    // 23 degrees of freedom: 49.7 is passed by chance once in a thousand seeds
    assertThat(chi).isLessThan(49.7);
  }
}
