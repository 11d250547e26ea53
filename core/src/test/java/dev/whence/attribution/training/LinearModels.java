package dev.whence.attribution.training;

import dev.whence.graph.Argument;
import dev.whence.graph.Extent;
import dev.whence.graph.Graph;
import dev.whence.graph.GraphInput;
import dev.whence.graph.ModelState;
import dev.whence.graph.Node;
import dev.whence.torch.DType;
import dev.whence.torch.Scope;
import dev.whence.torch.Tensor;
import dev.whence.training.Checkpoint;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A linear layer without bias in double precision, x [b, 2] → output [b, 1]: closed forms are known for it. */
final class LinearModels {
  private LinearModels() {
  }

  static Graph graph() {
    var arguments = new LinkedHashMap<String, Argument>();
    arguments.put("input", new Argument.Reference("x"));
    arguments.put("weight", new Argument.Reference("p_weight"));
    var node = new Node(0, "linear", "aten::linear", "", arguments, List.of("linear"));
    var input = new GraphInput("x", DType.FLOAT32,
        List.of(new Extent.Symbolic("s0", 1, Long.MAX_VALUE), new Extent.Fixed(2)));
    return new Graph(List.of(input), Map.of("output", "linear"), List.of(node), Map.of("p_weight", "weight"),
        Map.of(),
        state(0, 0));
  }

  static ModelState state(double intercept, double slope) {
    Tensor weight = Scope.release(Tensor.of(new float[]{(float) intercept, (float) slope}, 1, 2));
    return new ModelState(Map.of("weight", weight), Map.of());
  }

  static Checkpoint checkpoint(double intercept, double slope, double rate) {
    return new Checkpoint(state(intercept, slope), 0, rate);
  }

  /** Rows [1, t]. */
  static float[] design(double... times) {
    float[] rows = new float[2 * times.length];
    for (int i = 0; i < times.length; i++) {
      rows[2 * i] = 1;
      rows[2 * i + 1] = (float) times[i];
    }
    return rows;
  }
}
