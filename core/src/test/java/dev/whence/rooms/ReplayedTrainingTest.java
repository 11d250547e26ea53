package dev.whence.rooms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.whence.data.Batch;
import dev.whence.data.Dataset;
import dev.whence.graph.Graph;
import dev.whence.graph.Graphs;
import dev.whence.graph.ModelState;
import dev.whence.graph.execution.Execution;
import dev.whence.run.Run;
import dev.whence.task.CrossEntropy;
import dev.whence.task.ModelTask;
import dev.whence.torch.Autograd;
import dev.whence.torch.Scope;
import dev.whence.torch.Tensor;
import dev.whence.training.AdamW;
import dev.whence.training.BatchOrder;
import dev.whence.training.Course;
import dev.whence.training.Digits;
import dev.whence.training.Images;
import dev.whence.training.OneThread;
import dev.whence.training.Recipe;
import dev.whence.training.Saving;
import dev.whence.training.Sgd;
import dev.whence.training.Trainer;
import dev.whence.training.TrainingSet;
import dev.whence.training.TrainingState;
import dev.whence.training.TrainingStep;
import dev.whence.training.Trajectory;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Methods that follow a training step by step, such as metagradients: each step of a trajectory can be made again. */
@ExtendWith(OneThread.class) // the same bits, whatever else runs
class ReplayedTrainingTest {
  @TempDir
  Path folder;

  @Test
  void everyStepOfATrainingCanBeMadeAgain() throws IOException {
    try (Graph graph = mlp(); var _ = Scope.open()) {
      var task = new ModelTask(graph, new CrossEntropy());
      var weights = new double[40];
      java.util.Arrays.setAll(weights, i -> i % 3 == 0 ? .5 : 1);
      var examples = TrainingSet.of(Digits.all(), Digits.range(0, 40)).weighted(weights);
      Recipe recipe = new Recipe().with(new AdamW(), 3e-3).epochs(2, 16);
      try (Trajectory trained = new Trainer(task, recipe).train(graph.state(), examples, 7, Run.of(1),
          new Saving(folder, 3, 0))) {
        Course course = trained.course().orElseThrow();
        TrainingState state = TrainingState.start(graph.state(), recipe.optimizer());
        for (long i = 0; i < course.steps(); i++) {
          state = step(new TrainingStep(task, recipe.optimizer()), course, state, i);
        }
        assertThat(state.model().fingerprint()).isEqualTo(trained.end().state().fingerprint());
        assertThat(state.step()).isEqualTo(trained.end().step().orElseThrow());
      }
    }
  }

  private static TrainingState step(TrainingStep step, Course course, TrainingState state, long index) {
    BatchOrder order = course.order();
    int[] positions = order.positions(index);
    return step.apply(state, course.batch(positions), course.weights(positions, state.layout().dtype()),
        course.rate(index), course.seed()).state();
  }

  /** The curvature of a held-out loss along one example's weight, through a recorded step. */
  @Test
  void aReplayedStepCanBeDifferentiatedTwice() throws IOException {
    try (Graph file = Graphs.read(Digits.root().resolve("fixtures/models/lenet.pt2"));
        var _ = Scope.open();
        var _ = Autograd.on()) {
      Graph graph = Images.inDoublePrecision(file);
      Dataset data = Images.random(graph, 12);
      var course = new Course(new Recipe().with(new Sgd(), .2).steps(1, 4), TrainingSet.of(data, 0, 1, 2, 3),
          0);
      Tensor weights = Tensor.of(new double[]{1, 1, 1, 1}, 4).leaf();
      Tensor slope = slopes(course, graph, weights).select(0, 0);
      double curvature = Autograd.gradient(List.of(slope), List.of(weights)).getFirst().toDoubles()[0];
      double h = 1e-5;
      double above = slopes(course, graph, Tensor.of(new double[]{1 + h, 1, 1, 1}, 4).leaf()).toDoubles()[0];
      double below = slopes(course, graph, Tensor.of(new double[]{1 - h, 1, 1, 1}, 4).leaf()).toDoubles()[0];
      double expected = (above - below) / (2 * h);
      assertThat(Math.abs(expected)).isGreaterThan(1e-5);
      // central differences: 1e-16 / h of rounding, h² times the next derivative
      assertThat(curvature).isCloseTo(expected, within(1e-9 + 1e-5 * Math.abs(expected)));
    }
  }

  /** ∂ held-out loss after one step / ∂ weights, {@code [b]}, recorded. */
  private static Tensor slopes(Course course, Graph graph, Tensor weights) {
    var task = new ModelTask(graph, new CrossEntropy());
    var step = new TrainingStep(task, course.recipe().optimizer());
    TrainingState start = TrainingState.start(graph.state(), step.optimizer());
    Batch batch = course.batch(course.order().positions(0));
    ModelState after = step.record(start, batch, Optional.of(weights), course.rate(0), course.seed()).state()
        .model();
    Batch held = course.examples().data().batch(Digits.range(4, 12));
    Tensor loss = task.loss()
        .perExample(Execution.of(graph).run(after, task.inputs(held)).outputs(), held).mean();
    return Autograd.gradient(List.of(loss), List.of(weights), Autograd.Options.TWICE).getFirst();
  }

  private static Graph mlp() throws IOException {
    return Graphs.read(Digits.root().resolve("fixtures/demo/digits-mlp.pt2"));
  }
}
