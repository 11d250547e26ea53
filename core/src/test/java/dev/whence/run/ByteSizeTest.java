package dev.whence.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class ByteSizeTest {
  @Test
  void amountsAreReadAsPeopleWriteThem() {
    assertThat(ByteSize.parse("2g")).isEqualTo(2L << 30);
    assertThat(ByteSize.parse(" 1.5 GiB ")).isEqualTo(3L << 29);
    assertThat(ByteSize.parse("800m")).isEqualTo(800L << 20);
    assertThat(ByteSize.parse("4096")).isEqualTo(4096);
    for (String wrong : List.of("", "0", "-1", "two", "1p", "g", "1e9", "999999999999t")) {
      assertThatThrownBy(() -> ByteSize.parse(wrong)).isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("such as 800m or 2g");
    }
  }
}
