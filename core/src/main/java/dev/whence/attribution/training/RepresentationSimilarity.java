package dev.whence.attribution.training;

import dev.whence.data.Batch;
import dev.whence.data.Dataset;
import dev.whence.graph.Execution;
import dev.whence.graph.Graph;
import dev.whence.graph.ModelState;
import dev.whence.graph.Node;
import dev.whence.graph.Selector;
import dev.whence.graph.Tap;
import dev.whence.run.Named;
import dev.whence.run.Run;
import dev.whence.run.Setting;
import dev.whence.run.Settings;
import dev.whence.task.Task;
import dev.whence.torch.Autograd;
import dev.whence.torch.DType;
import dev.whence.torch.Scope;
import dev.whence.torch.Tensor;
import dev.whence.training.Checkpoint;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Cosine of what target and source look like inside the model, averaged over the models: corroborates, predicts nothing.
 *
 * @param node where to look: a node's name, operator or module path, whose output is compared; empty for the input of the
 *   last linear layer
 * @param batchSize examples worked on at once, at least 1
 */
@Named("similarity")
public record RepresentationSimilarity(
    @Setting(help = "node, operator or module whose output is compared; empty: the last linear layer's input") String node,
    @Setting(help = "examples worked on at once", min = 1) int batchSize) implements TrainingDataMethod {
  /** Checks the bounds. */
  public RepresentationSimilarity {
    Settings.check(RepresentationSimilarity.class, node, batchSize);
  }

  /** The input of the last linear layer, 64 examples at once. */
  public RepresentationSimilarity() {
    this("", 64);
  }

  @Override
  public TrainingDataAttributor fit(Task.Differentiable task, List<Checkpoint> models, Dataset training,
      Run run)
      throws IOException {
    var place = place(task.graph());
    var subject = new Subject(this, task, models, training, run);
    var indexes = new ArrayList<RowSource>();
    for (int i = 0; i < models.size(); i++) {
      ModelState state = models.get(i).state();
      var description = new FeatureRows.Description("similarity-%03d".formatted(i),
          width(task, state, training, place),
          Map.of("graph", task.graph().fingerprint().hex(), "model", state.fingerprint().hex(), "features",
              (place.input() ? "input of " : "output of ") + place.node().name()));
      indexes.add(FeatureRows.of(description, batch -> represent(task, state, batch, place), training, run));
    }
    return new SimilarityAttributor(new TargetLoop(subject, batchSize, "1", false), indexes,
        (model, batch) -> represent(task, models.get(model).state(), batch, place));
  }

  private static int width(Task.Differentiable task, ModelState state, Dataset training, Place place) {
    try (var _ = Scope.open()) {
      return (int) represent(task, state, training.batch(0), place).size(1);
    }
  }

  /** Unit rows, {@code [b, d]}. */
  private static Tensor represent(Task.Differentiable task, ModelState state, Batch batch, Place place) {
    var seen = new @Nullable Tensor[1];
    Tap tap = (_, arguments, outputs) -> seen[0] = (Tensor) (place.input() ? arguments : outputs).getFirst();
    try (var scope = Scope.open(); var _ = Autograd.off()) {
      Execution.of(task.graph()).with(Map.of(place.node().index(), tap)).run(state, task.inputs(batch));
      Tensor value = seen[0];
      if (value == null || value.size(0) != batch.size()) {
        throw new IllegalArgumentException(
            "node " + place.node().name() + " gives " + value + " for " + batch.size()
                + " examples; choose a node whose first axis counts examples");
      }
      Tensor flat = value.reshape(batch.size(), -1).to(DType.FLOAT32);
      Tensor norm = Tensor.call("aten::clamp_min",
          Tensor.call("aten::linalg_vector_norm", flat, 2.0, new long[]{1}, true), 1e-12);
      return scope.keep(flat.divide(norm));
    }
  }

  private record Place(Node node, boolean input) {
  }

  private Place place(Graph graph) {
    if (node.isEmpty()) {
      List<Node> linear = Selector.nodes(graph, "aten::linear");
      if (linear.isEmpty()) {
        throw new IllegalArgumentException(
            "similarity: the model has no linear layer to look at; set node to a node's name, operator or module path");
      }
      return new Place(linear.getLast(), true);
    }
    List<Node> found = Selector.nodes(graph, node);
    if (found.isEmpty()) {
      throw new IllegalArgumentException("similarity: no node matches '" + node + "'");
    }
    return new Place(found.getLast(), false);
  }
}
