package dev.whence.rooms;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whence.attribution.Representation;
import dev.whence.data.Dataset;
import dev.whence.data.Features;
import dev.whence.graph.Graph;
import dev.whence.graph.Graphs;
import dev.whence.graph.Node;
import dev.whence.graph.execution.Edit;
import dev.whence.graph.execution.Execution;
import dev.whence.run.Provenance;
import dev.whence.score.Axis;
import dev.whence.score.Order;
import dev.whence.score.ScoreBuilder;
import dev.whence.score.ScoreMatrix;
import dev.whence.score.Semantics;
import dev.whence.task.CrossEntropy;
import dev.whence.task.ModelTask;
import dev.whence.torch.Autograd;
import dev.whence.torch.Scope;
import dev.whence.torch.Tensor;
import dev.whence.training.Digits;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Scores of a model's filters by silencing one at a time; and what a node gives, as plain numbers. */
class ComponentScoreTest {
  @Test
  void aFilterIsScoredByWhatIsLostWithoutIt() throws IOException {
    try (Graph graph = Graphs.read(Digits.root().resolve("fixtures/demo/digits-cnn.pt2"));
        var _ = Scope.open();
        var _ = Autograd.off()) {
      var task = new ModelTask(graph, new CrossEntropy());
      Dataset targets = Digits.all().select(Digits.range(0, 6));
      Node layer = graph.nodes().stream().filter(node -> node.operator().equals("aten::conv2d")).findFirst()
          .orElseThrow();
      Execution whole = Execution.of(graph);
      Tensor before = losses(task, whole, targets);
      int filters = (int) graph.state().parameters().values().iterator().next().size(0);
      try (ScoreMatrix scores = scores(targets, layer, filters, before,
          filter -> losses(task, whole.withEdits(Map.of(layer.index(), silenced(filter))), targets))) {
        assertThat(scores.sources().kind()).isEqualTo(Axis.Kind.COMPONENT);
        // by hand: the first filter's bias and kernel at zero silence it too
        Tensor silent = losses(task, whole.withEdits(Map.of(layer.index(), silenced(0))), targets);
        assertThat(scores.score(2, 0)).isEqualTo((float) silent.add(before, -1).toDoubles()[2]);
        assertThat(scores.top(0, 3, Order.PROPONENTS)).hasSize(3);
        assertThat(
            IntStream.range(0, filters).mapToDouble(f -> Math.abs(scores.score(0, f))).max().orElseThrow())
            .isPositive();
      }
    }
  }

  private record Silencing(String layer) {
  }

  private interface Losses {
    Tensor without(int filter);
  }

  private static ScoreMatrix scores(Dataset targets, Node layer, int filters, Tensor before, Losses losses) {
    var components = new Axis(Axis.Kind.COMPONENT,
        IntStream.range(0, filters).mapToObj(filter -> layer.module() + " filter " + filter).toList());
    var builder = new ScoreBuilder(new Axis(Axis.Kind.TARGET, targets.ids()), components,
        Semantics.proportional("negative-loss"),
        Provenance.of("test", "silencing", new Silencing(layer.name())));
    float[][] rows = new float[(int) targets.size()][filters];
    for (int filter = 0; filter < filters; filter++) {
      double[] lost = losses.without(filter).add(before, -1).toDoubles();
      for (int target = 0; target < lost.length; target++) {
        rows[target][filter] = (float) lost[target];
      }
    }
    for (int target = 0; target < rows.length; target++) {
      builder.putRow(target, java.lang.foreign.MemorySegment.ofArray(rows[target]));
    }
    return builder.build();
  }

  private static Tensor losses(ModelTask task, Execution execution, Dataset targets) {
    var batch = targets.batch(Digits.range(0, targets.size()));
    return task.loss().perExample(execution.run(task.graph().state(), task.inputs(batch)).outputs(), batch);
  }

  private static Edit silenced(int filter) {
    return (_, _, value) -> {
      Tensor copy = value.copy();
      Tensor channel = copy.select(1, filter);
      channel.copyFrom(channel.zerosLike());
      return copy;
    };
  }

  @Test
  void whatANodeGivesBecomesPlainNumbers() throws IOException {
    try (Graph graph = Graphs.read(Digits.root().resolve("fixtures/demo/digits-cnn.pt2"));
        var _ = Scope.open()) {
      var task = new ModelTask(graph, new CrossEntropy());
      Dataset some = Digits.all().select(Digits.range(3, 10));
      Representation place = Representation.of(task, "", false);
      Features features = place.features(graph.state(), some, 3);
      float[] expected = place.rows(graph.state(), some.batch(4)).toFloats();
      float[] found = new float[features.width()];
      features.copyRow(4, found);
      assertThat(found).hasSameSizeAs(expected);
      for (int i = 0; i < found.length; i++) {
        // another batch size, other sums
        assertThat(found[i]).isCloseTo(expected[i], org.assertj.core.api.Assertions.within(1e-5f));
      }
      assertThat(features.ids()).isEqualTo(some.ids());
      assertThat(features.label(0)).isEqualTo(3);
      assertThat(features.names()).startsWith(List.of(place.name() + "[0]").toArray(String[]::new));
    }
  }
}
