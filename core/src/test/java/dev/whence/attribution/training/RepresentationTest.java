package dev.whence.attribution.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.whence.attribution.Representation;
import dev.whence.data.Batch;
import dev.whence.graph.Argument;
import dev.whence.graph.Extent;
import dev.whence.graph.Graph;
import dev.whence.graph.GraphInput;
import dev.whence.graph.ModelState;
import dev.whence.graph.Node;
import dev.whence.task.ModelTask;
import dev.whence.task.SquaredError;
import dev.whence.torch.DType;
import dev.whence.torch.Scope;
import dev.whence.torch.Tensor;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A model without a linear layer: x [b, 2] → relu. */
class RepresentationTest {
  private static ModelTask task() {
    var relu = new Node(0, "relu", "aten::relu", "act", Map.of("self", new Argument.Reference("x")),
        List.of("relu"));
    var input = new GraphInput("x", DType.FLOAT32,
        List.of(new Extent.Symbolic("s0", 1, Long.MAX_VALUE), new Extent.Fixed(2)));
    return new ModelTask(
        new Graph(List.of(input), Map.of("output", "relu"), List.of(relu), Map.of(), Map.of(),
            new ModelState(Map.of(), Map.of())),
        new SquaredError());
  }

  @Test
  void aModelWithoutLinearLayersSaysWhatToSet() {
    assertThatIllegalArgumentException().isThrownBy(() -> Representation.of(task(), "", true))
        .withMessageContaining("no linear layer").withMessageContaining("set node");
  }

  @Test
  void rowsForDotProductsAreAsTheModelHasThem() {
    try (var _ = Scope.open()) {
      var batch = new Batch(new long[]{0, 1}, Map.of("x", Tensor.of(new float[]{3, 4, -1, -2}, 2, 2)));
      Tensor rows = Representation.of(task(), "act", false).rows(new ModelState(Map.of(), Map.of()), batch);
      assertThat(rows.toFloats()).containsExactly(3, 4, 0, 0);
    }
  }

  @Test
  void rowsAreUnitVectorsAndNothingStaysNothing() {
    try (var _ = Scope.open()) {
      var batch = new Batch(new long[]{0, 1}, Map.of("x", Tensor.of(new float[]{3, 4, -1, -2}, 2, 2)));
      Representation place = Representation.of(task(), "act", true);
      assertThat(place.name()).isEqualTo("unit output of relu");
      Tensor rows = place.rows(new ModelState(Map.of(), Map.of()), batch);
      assertThat(rows.toFloats()).containsExactly(.6f, .8f, 0, 0);
    }
  }
}
