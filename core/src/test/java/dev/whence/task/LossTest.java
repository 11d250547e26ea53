package dev.whence.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.whence.torch.Autograd;
import dev.whence.torch.Scope;
import dev.whence.torch.Tensor;
import java.util.List;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class LossTest {
  // rounding of a handful of float64 operations
  private static final Offset<Double> EXACT = within(1e-12);
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
  void crossEntropyEqualsTorchWithAndWithoutSmoothing() {
    Tensor logits = Tensor.of(new double[]{2, -1, .5, 0, 3, 1}, 2, 3);
    Tensor labels = Tensor.of(new long[]{2, 1}, 2);
    for (double smoothing : new double[]{0, .1}) {
      double[] expected = Tensor.call("aten::cross_entropy_loss", logits, labels, null, 0L, -100L, smoothing)
          .toDoubles();
      assertThat(new CrossEntropy(smoothing).perExample(logits, labels).toDoubles()).containsExactly(expected,
          EXACT);
    }
  }

  @Test
  void ignoredPositionsDoNotCount() {
    Tensor logits = Tensor.of(new double[]{2, -1, .5, 0, 3, 1, 7, 7, 7, 1, 2, 3}, 2, 2, 3);
    Tensor labels = Tensor.of(new long[]{2, 1, -100, 0}, 2, 2);
    double first = Math.log(Math.exp(2) + Math.exp(-1) + Math.exp(.5)) - .5
        + Math.log(1 + Math.exp(3) + Math.exp(1)) - 3;
    double second = Math.log(Math.exp(1) + Math.exp(2) + Math.exp(3)) - 1;
    assertThat(new NextToken().perExample(logits, labels).toDoubles())
        .containsExactly(new double[]{first, second}, EXACT);
    Tensor classesSecond = logits.transpose(1, 2);
    assertThat(new CrossEntropy().perExample(classesSecond, labels).toDoubles())
        .containsExactly(new double[]{first, second}, EXACT);
  }

  @Test
  void theLossIsSoftplusOfMinusTheMargin() {
    Tensor logits = Tensor.of(new double[]{2, -1, .5, 0, 3, 1}, 2, 3);
    Tensor labels = Tensor.of(new long[]{2, 1}, 2);
    double[] margins = new Measurements.Margin().perExample(logits, labels, new CrossEntropy()).toDoubles();
    double[] losses = new CrossEntropy().perExample(logits, labels).toDoubles();
    for (int i = 0; i < 2; i++) {
      assertThat(losses[i]).isCloseTo(Math.log1p(Math.exp(-margins[i])), EXACT);
    }
  }

  @Test
  void marginsSurviveCertaintyWhereProbabilitiesRoundToOne() {
    Tensor logits = Tensor.of(new float[]{200, 0, 0}, 1, 3);
    double margin = new Measurements.Margin()
        .perExample(logits, Tensor.of(new long[]{0}, 1), new CrossEntropy()).item();
    assertThat(margin).isCloseTo(200 - Math.log(2), within(1e-4)); // float32
  }

  @Test
  void slopesAreMinusTheDerivativeOfTheLossByTheOutputFunction() {
    Tensor logits = Tensor.of(new double[]{2, -1, .5}, 1, 3);
    slopeMatches(new CrossEntropy(), logits, Tensor.of(new long[]{2}, 1));
    Tensor scalar = Tensor.of(new double[]{1.7}, 1, 1);
    slopeMatches(new SquaredError(), scalar, Tensor.of(new double[]{.4}, 1));
    slopeMatches(new BinaryCrossEntropy(), scalar, Tensor.of(new double[]{0}, 1));
    slopeMatches(new SquaredError(), logits, Tensor.of(new double[]{1, 2, 3}, 1, 3));
  }

  /** ∇ℓ = −Q·∇f whenever ℓ is a function of f. */
  private static void slopeMatches(Loss loss, Tensor logits, Tensor labels) {
    Tensor x = logits.leaf();
    double[] byLoss = Autograd.gradient(List.of(loss.perExample(x, labels)), List.of(x)).getFirst()
        .toDoubles();
    Tensor y = logits.leaf();
    OutputFunction output = loss.outputFunction();
    double[] byOutput = Autograd.gradient(List.of(output.value(y, labels)), List.of(y)).getFirst()
        .toDoubles();
    double slope = output.lossSlope(logits, labels).item();
    for (int i = 0; i < byLoss.length; i++) {
      assertThat(byLoss[i]).isCloseTo(-slope * byOutput[i], EXACT);
    }
  }

  @Test
  void binaryCrossEntropyEqualsTorchAndDoesNotOverflow() {
    Tensor logits = Tensor.of(new double[]{2, -1, 800, -800}, 4, 1);
    Tensor labels = Tensor.of(new double[]{1, 0, 0, 0}, 4);
    double[] expected = {Math.log1p(Math.exp(-2)), Math.log1p(Math.exp(-1)), 800, 0};
    assertThat(new BinaryCrossEntropy().perExample(logits, labels).toDoubles()).containsExactly(expected,
        EXACT);
  }

  @Test
  void measurementsOfOneExample() {
    Tensor logits = Tensor.of(new double[]{2, -1, .5}, 1, 3);
    Tensor labels = Tensor.of(new long[]{0}, 1);
    Loss loss = new CrossEntropy();
    assertThat(new Measurements.HardMargin().perExample(logits, labels, loss).item()).isEqualTo(1.5);
    assertThat(new Measurements.Logit().perExample(logits, labels, loss).item()).isEqualTo(2);
    assertThat(new Measurements.LogitDifference(2, 1).perExample(logits, labels, loss).item()).isEqualTo(1.5);
    assertThat(new Measurements.Prediction(1).perExample(logits, labels, loss).item()).isEqualTo(-1);
    assertThat(new Measurements.LogProbability().perExample(logits, labels, loss).item())
        .isCloseTo(-loss.perExample(logits, labels).item(), EXACT);
    assertThatThrownBy(() -> new Measurements.Margin().perExample(logits, labels, new SquaredError()))
        .hasMessageContaining("needs class probabilities, but the loss is squared-error");
    assertThatThrownBy(() -> loss.perExample(logits, Tensor.of(new long[]{0, 1}, 2)))
        .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("one label a position");
  }
}
