package dev.whence.algebra;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class Bfloat16Test {
  @Test
  void roundsToTheNearestTiesToEven() {
    assertThat(Bfloat16.toFloat(Bfloat16.of(1 + 0x1p-8f))).isEqualTo(1f);
    assertThat(Bfloat16.toFloat(Bfloat16.of(1 + 0x3p-8f))).isEqualTo(1 + 0x4p-8f);
    assertThat(Bfloat16.toFloat(Bfloat16.of(1 + 0x1p-8f + 0x1p-23f))).isEqualTo(1 + 0x1p-7f);
    assertThat(Bfloat16.of(-0f)).isEqualTo((short) 0x8000);
    assertThat(Bfloat16.toFloat(Bfloat16.of(Float.NaN))).isNaN();
    assertThat(Bfloat16.toFloat(Bfloat16.of(Float.intBitsToFloat(0x7F800001)))).isNaN();
    assertThat(Bfloat16.toFloat(Bfloat16.of(Float.MAX_VALUE))).isInfinite();
  }

  @Test
  void noOtherValueIsNearer() {
    var random = new SplittableRandom(5);
    for (int i = 0; i < 20_000; i++) {
      float value = Float.intBitsToFloat(random.nextInt());
      if (Float.isFinite(value) && Math.abs(value) < 0x1p127f) {
        short kept = Bfloat16.of(value);
        BigDecimal error = error(kept, value);
        for (int neighbour : new int[]{kept - 1, kept + 1}) {
          assertThat(Float.isNaN(Bfloat16.toFloat((short) neighbour))
              || error.compareTo(error((short) neighbour, value)) <= 0).isTrue();
        }
      }
    }
  }

  private static BigDecimal error(short kept, float value) {
    return new BigDecimal(Bfloat16.toFloat(kept)).subtract(new BigDecimal(value)).abs();
  }
}
