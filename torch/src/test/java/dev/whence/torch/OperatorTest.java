package dev.whence.torch;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class OperatorTest {
  private Scope scope;

  @BeforeEach
  void open() {
    scope = Scope.open();
  }

  @AfterEach
  void close() {
    scope.close();
  }

  @Test
  void schemasTellWhatSharesMemoryAndWhatIsWritten() {
    Operator view = Operator.of("aten::view");
    assertThat(view.parameters().getFirst().aliases()).isNotEmpty()
        .isEqualTo(view.returnAliases().getFirst());
    Operator inPlace = Operator.of("aten::add_.Tensor");
    assertThat(inPlace.parameters()).extracting(Operator.Parameter::written).containsExactly(true, false,
        false);
    assertThat(Operator.of("aten::mm").returnAliases().getFirst()).isEmpty();
    assertThat(Operator.of("aten::_assert_tensor_metadata").returnAliases()).isEmpty();
  }

  @Test
  void mixedPrecisionHoldsUntilClosed() {
    Tensor x = Tensor.full(1, DType.FLOAT32, 2, 2);
    try (var _ = Autocast.on(DType.BFLOAT16)) {
      assertThat(x.matmul(x).dtype()).isEqualTo(DType.BFLOAT16);
      try (var _ = Autocast.off()) {
        assertThat(x.matmul(x).dtype()).isEqualTo(DType.FLOAT32);
      }
      assertThat(x.matmul(x).dtype()).isEqualTo(DType.BFLOAT16);
    }
    assertThat(x.matmul(x).dtype()).isEqualTo(DType.FLOAT32);
  }

  @Test
  void viewsShareTheirMemory() {
    Tensor x = Tensor.zeros(DType.FLOAT32, 3, 4);
    assertThat(x.select(0, 1).memory()).isEqualTo(x.memory());
    assertThat(x.memory().bytes()).isEqualTo(48);
    assertThat(x.copy().memory().address()).isNotEqualTo(x.memory().address());
  }
}
