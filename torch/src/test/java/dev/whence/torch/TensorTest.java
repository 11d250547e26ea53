package dev.whence.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class TensorTest {
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
  void valuesComeBackAsTheyWentIn() {
    Tensor tensor = Tensor.of(new float[]{1, 2, 3, 4, 5, 6}, 2, 3);
    assertThat(tensor.shape()).containsExactly(2, 3);
    assertThat(tensor.dtype()).isEqualTo(DType.FLOAT32);
    assertThat(tensor.transpose(0, 1).toFloats()).containsExactly(1, 4, 2, 5, 3, 6);
    assertThat(Tensor.of(new long[]{7, 8}, 2).toLongs()).containsExactly(7, 8);
    assertThat(Tensor.of(new int[]{7, 8}, 2).dtype()).isEqualTo(DType.INT32);
    assertThat(Tensor.of(new double[]{.5}, 1).to(DType.BFLOAT16).to(DType.FLOAT16).item()).isEqualTo(.5);
    assertThat(Tensor.of(new double[]{0, 2}, 2).to(DType.BOOL).toLongs()).containsExactly(0, 1);
  }

  @Test
  void boxedCallsFillInDefaultsEveryTime() {
    Tensor x = Tensor.of(new float[]{1, 2}, 1, 2);
    Tensor w = Tensor.of(new float[]{3, 4}, 1, 2);
    for (int i = 0; i < 3; i++) {
      assertThat(Tensor.call("aten::linear", x, w).item()).isEqualTo(11);
      assertThat(Tensor.call("aten::linear", x, w, Tensor.of(new float[]{1}, 1)).item()).isEqualTo(12);
      assertThat(Tensor.call("aten::softmax.int", x, 1).sum().item()).isEqualTo(1);
    }
  }

  @Test
  void aProductWithATransposeIsTheSameForNarrowAndWideMatricesAnyTypeAndAnyStrides() {
    try (var generator = new Generator(3)) {
      for (long columns : new long[]{1, 7, 16, 300}) {
        Tensor matrix = Tensor.randomNormal(generator, DType.FLOAT32, columns, 33);
        Tensor rows = Tensor.randomNormal(generator, DType.FLOAT32, 5, 33, 64).transpose(1, 2);
        double[] expected = rows.to(DType.FLOAT64).matmul(matrix.to(DType.FLOAT64).transpose(0, 1))
            .toDoubles();
        Tensor product = rows.timesTransposed(matrix);
        assertThat(product.shape()).containsExactly(5, 64, columns);
        // sums of 33 products of about 1, rounded to float32
        assertThat(product.toDoubles()).containsExactly(expected, within(1e-5));
        assertThat(rows.copy().timesTransposed(matrix).toDoubles()).containsExactly(expected, within(1e-5));
        assertThat(rows.timesTransposed(matrix.transpose(0, 1).copy().transpose(0, 1)).toDoubles())
            .containsExactly(expected, within(1e-5));
        assertThat(rows.to(DType.FLOAT64).timesTransposed(matrix.to(DType.FLOAT64)).toDoubles())
            .containsExactly(expected, within(1e-12));
      }
    }
  }

  @Test
  void productsOfColumnsAreThoseOfTheMatrixWithItselfBelowTheDiagonal() {
    int before = Threads.matrixProducts();
    try (var generator = new Generator(3)) {
      for (int threads : new int[]{1, 2}) {
        Threads.setIntraOp(threads);
        for (DType dtype : List.of(DType.FLOAT32, DType.FLOAT64)) {
          Tensor wide = Tensor.randomNormal(generator, dtype, 40, 323);
          for (Tensor rows : List.of(wide, wide.slice(1, 3, 322), wide.slice(0, 7, 8), wide.slice(1, 4, 5),
              wide.slice(0, 0, 0))) {
            double[] expected = Tensor.call("aten::tril", rows.transpose(0, 1).matmul(rows)).toDoubles();
            // sums of 40 products of about 1
            assertThat(Tensor.call("aten::tril", rows.columnProducts()).toDoubles()).containsExactly(expected,
                within(dtype == DType.FLOAT32 ? 1e-4 : 1e-12));
          }
        }
      }
    } finally {
      Threads.setIntraOp(before);
    }
    assertThatThrownBy(() -> Tensor.zeros(DType.FLOAT32, 2, 3).transpose(0, 1).columnProducts())
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void aProductWithATransposeIsRecorded() {
    Tensor rows = Tensor.full(2, DType.FLOAT32, 8, 1).leaf();
    Tensor matrix = Tensor.full(3, DType.FLOAT32, 1, 1);
    assertThat(Autograd.gradient(List.of(rows.timesTransposed(matrix).sum()), List.of(rows)).getFirst()
        .toFloats()).containsOnly(3);
  }

  @Test
  void whatLibtorchRefusesNamesTheOperator() {
    Tensor x = Tensor.zeros(DType.FLOAT32, 2, 3);
    assertThatExceptionOfType(TorchException.class).isThrownBy(() -> x.matmul(x))
        .withMessageStartingWith("aten::matmul: ");
    assertThatExceptionOfType(TorchException.class).isThrownBy(() -> x.reshape(4, 2))
        .withMessageStartingWith("aten::reshape: ");
  }

  @Test
  void listsOfOptionalTensorsPass() {
    Tensor x = Tensor.of(new float[]{1, 2, 3, 4}, 2, 2);
    Tensor picked = Tensor.call("aten::index.Tensor", x, Arrays.asList(null, Tensor.of(new long[]{1}, 1)));
    assertThat(picked.toFloats()).containsExactly(2, 4);
    var parts = (List<?>) Operator.of("aten::split.Tensor").call(x, 1).getFirst();
    assertThat(parts).hasSize(2);
  }

  @Test
  void derivativesOfFirstAndSecondOrder() {
    Tensor x = Tensor.of(new double[]{2}, 1).leaf();
    Tensor cube = x.multiply(x).multiply(x);
    Tensor first = Autograd.gradient(List.of(cube), List.of(x), Autograd.Options.TWICE).getFirst();
    Tensor second = Autograd.gradient(List.of(first), List.of(x)).getFirst();
    assertThat(first.item()).isEqualTo(12);
    assertThat(second.item()).isEqualTo(12);
  }

  @Test
  void anUnusedInputHasZeroGradientAndIsReportedAsAbsent() {
    Tensor x = Tensor.of(new double[]{2}, 1).leaf();
    Tensor unused = Tensor.of(new double[]{5, 6}, 2).leaf();
    Tensor y = x.multiply(x);
    assertThat(
        Autograd.vectorJacobian(List.of(y), List.of(), List.of(x, unused), Autograd.Options.KEEP).get(1))
        .isEmpty();
    assertThat(Autograd.gradient(List.of(y), List.of(x, unused)).get(1).toDoubles()).containsExactly(0, 0);
  }

  @Test
  void gradientsAreHandedOverWhileADerivativeIsComputed() {
    Tensor x = Tensor.of(new double[]{2}, 1).leaf();
    long live = 0;
    for (int round = 0; round < 30; round++) {
      live = round == 2 ? Natives.liveObjects() : live;
      var seen = new java.util.ArrayList<Double>();
      try (var outer = Scope.open()) {
        var connections = new java.util.ArrayList<Autograd.Connection>();
        Tensor cube;
        try (var inner = Scope.open()) { // the forward pass's values go before the derivative is taken
          Tensor y = x;
          for (int i = 0; i < 20; i++) {
            y = y.multiply(1);
            connections
                .add(Autograd.onGradient(y, gradient -> seen.add(outer.adopt(gradient.multiply(3)).item())));
          }
          cube = inner.keep(y.multiply(y).multiply(y));
        }
        assertThat(Autograd.gradient(List.of(cube), List.of(x)).getFirst().item()).isEqualTo(12);
        connections.forEach(Autograd.Connection::close);
      }
      assertThat(seen).hasSize(20).containsOnly(36.0);
    }
    assertThat(Natives.liveObjects()).isLessThanOrEqualTo(live);
    assertThatThrownBy(() -> Autograd.onGradient(Tensor.of(new double[]{2}, 1), _ -> {
    })).isInstanceOf(TorchException.class);
  }

  @Test
  void nothingIsRecordedWhileAutogradIsOff() {
    Tensor x = Tensor.of(new double[]{2}, 1).leaf();
    try (var _ = Autograd.off()) {
      assertThat(x.multiply(x).requiresGrad()).isFalse();
      try (var _ = Autograd.on()) {
        assertThat(x.multiply(x).requiresGrad()).isTrue();
      }
    }
    assertThat(x.multiply(x).requiresGrad()).isTrue();
  }

  @Test
  void aTensorOverASegmentSharesItsMemory() {
    try (var arena = Arena.ofConfined()) {
      var segment = arena.allocate(24, 8);
      segment.set(ValueLayout.JAVA_FLOAT, 8, 5);
      try (Tensor view = Tensor.over(segment, DType.FLOAT32, new long[]{2, 2}, new long[]{1, 2})) {
        assertThat(view.toFloats()).containsExactly(0, 5, 0, 0);
        segment.set(ValueLayout.JAVA_FLOAT, 8, 6);
        assertThat(view.toFloats()).containsExactly(0, 6, 0, 0);
      }
      assertThatThrownBy(() -> Tensor.over(segment, DType.FLOAT32, new long[]{7}, new long[]{1}))
          .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("byte 28 of a segment of 24");
    }
  }

  @Test
  void equalSeedsDrawEqualNumbers() {
    try (var a = new Generator(7); var b = new Generator(7); var c = new Generator(8)) {
      float[] first = Tensor.randomNormal(a, DType.FLOAT32, 100).toFloats();
      assertThat(Tensor.randomNormal(b, DType.FLOAT32, 100).toFloats()).isEqualTo(first);
      assertThat(Tensor.randomNormal(c, DType.FLOAT32, 100).toFloats()).isNotEqualTo(first);
    }
  }

  @Test
  void scopesFreeAllButWhatIsKept() {
    try (var _ = Scope.open()) { // operators keep their schemas for the life of the process
      Tensor warm = Tensor.zeros(DType.FLOAT32, 1);
      warm.add(warm).multiply(3).toFloats();
    }
    long live = Natives.liveObjects();
    Tensor kept;
    try (var inner = Scope.open()) {
      Tensor x = Tensor.of(new float[]{1, 2}, 2);
      kept = inner.keep(x.add(x));
      x.multiply(3);
    }
    assertThat(kept.toFloats()).containsExactly(2, 4);
    assertThat(Natives.liveObjects()).isEqualTo(live + 1);
    scope.close();
    assertThat(Natives.liveObjects()).isLessThanOrEqualTo(live);
    assertThatThrownBy(kept::toFloats).isInstanceOf(IllegalStateException.class);
    scope = Scope.open();
  }

  @Test
  void errorsNameTheOperatorInOneLine() {
    Tensor x = Tensor.of(new float[]{1, 2}, 1, 2);
    assertThatThrownBy(() -> x.matmul(x)).isInstanceOf(TorchException.class)
        .hasMessageStartingWith("aten::matmul")
        .satisfies(e -> assertThat(e.getMessage()).doesNotContain("\n"));
    assertThatThrownBy(() -> Operator.of("aten::nope")).isInstanceOf(TorchException.class)
        .hasMessageContaining("unknown operator aten::nope");
    assertThatThrownBy(() -> Tensor.call("aten::softmax.int", x, "no")).isInstanceOf(TorchException.class)
        .hasMessageContaining("argument 'dim'");
    assertThatThrownBy(() -> Tensor.of(new float[]{1}, 2)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void oneThreadHoldsForMatrixProductsToo() {
    int before = Threads.intraOp();
    try {
      Threads.setIntraOp(1);
      assertThat(Threads.intraOp()).isEqualTo(1);
      assertThat(Threads.matrixProducts()).isEqualTo(1);
      long live = Natives.liveObjects();
      Threads.setIntraOp(1);
      assertThat(Natives.liveObjects()).isEqualTo(live);
    } finally {
      Threads.setIntraOp(before);
    }
  }

  @Test
  void theCollectorFreesNothingOfAnOperator() {
    collect(); // whatever earlier tests left
    try (var _ = Scope.open()) { // an open scope would keep what is made in it
      assertThat(
          List.of("fmod.Tensor", "remainder.Tensor", "atan2", "hypot", "tril", "triu", "prod", "nansum"))
          .allMatch(name -> Operator.of("aten::" + name).parameters().size() > 1);
    }
    long live = Natives.liveObjects();
    collect();
    assertThat(Natives.liveObjects()).isGreaterThanOrEqualTo(live);
    assertThat(Tensor.call("aten::prod", Tensor.of(new float[]{2, 3}, 2)).item()).isEqualTo(6);
  }

  private static void collect() {
    for (int i = 0; i < 10; i++) { // freeing runs in a thread of its own, behind the collector
      System.gc();
    }
  }
}
