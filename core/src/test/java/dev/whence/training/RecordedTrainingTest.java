package dev.whence.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.whence.data.Batch;
import dev.whence.data.Dataset;
import dev.whence.graph.Graph;
import dev.whence.graph.Graphs;
import dev.whence.graph.execution.Execution;
import dev.whence.task.CrossEntropy;
import dev.whence.task.ModelTask;
import dev.whence.torch.Autograd;
import dev.whence.torch.Scope;
import dev.whence.torch.Tensor;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The influence of each example's weight on a loss after training, through the recorded steps. */
@ExtendWith(OneThread.class) // small models on a busy machine
class RecordedTrainingTest {
  private static final int STEPS = 3;

  static List<Optimizer> rules() {
    return List.of(new Sgd(.9, true, 1e-2), new AdamW(.9, .99, 1e-2, 1e-4, .1));
  }

  @ParameterizedTest
  @MethodSource("rules")
  void theInfluenceOfAWeightIsWhatFiniteDifferencesSay(Optimizer rule) throws IOException {
    try (Graph file = Graphs.read(Digits.root().resolve("fixtures/models/lenet.pt2")); var _ = Scope.open()) {
      Graph graph = Images.inDoublePrecision(file);
      Dataset data = Images.random(graph, 12);
      var step = new TrainingStep(new ModelTask(graph, new CrossEntropy()), rule);
      Tensor weights = Tensor.of(new double[]{1, 1, 1, 1}, 4).leaf();
      Tensor after = loss(step, graph, data, weights, true);
      double[] slopes = Autograd.gradient(List.of(after), List.of(weights)).getFirst().toDoubles();
      double h = 1e-5;
      for (int i = 0; i < 4; i++) {
        double difference = (loss(step, graph, data, shifted(i, h), false).item()
            - loss(step, graph, data, shifted(i, -h), false).item()) / (2 * h);
        // central differences: 1e-16 / h of rounding, h² times the third derivative
        assertThat(slopes[i]).isCloseTo(difference, within(1e-9 + 1e-5 * Math.abs(difference)));
        assertThat(Math.abs(difference)).isGreaterThan(1e-5);
      }
    }
  }

  private static Tensor shifted(int example, double by) {
    double[] weights = {1, 1, 1, 1};
    weights[example] += by;
    return Tensor.of(weights, 4);
  }

  /** Mean loss of examples 4 … 11 after steps on examples 0 … 3. */
  private static Tensor loss(TrainingStep step, Graph graph, Dataset data, Tensor weights, boolean recorded) {
    var task = new ModelTask(graph, new CrossEntropy());
    Batch batch = data.batch(0, 1, 2, 3);
    TrainingState state = TrainingState.start(graph.state(), step.optimizer());
    for (int i = 0; i < STEPS; i++) {
      TrainingStep.Result result = recorded
          ? step.record(state, batch, Optional.of(weights), .02, 1)
          : step.apply(state, batch, Optional.of(weights), .02, 1);
      state = result.state();
    }
    Batch held = data.batch(Digits.range(4, 12));
    var run = Execution.of(graph).run(state.model(), task.inputs(held));
    return task.loss().perExample(run.outputs(), held).mean();
  }
}
