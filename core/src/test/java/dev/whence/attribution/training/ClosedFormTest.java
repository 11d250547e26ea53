package dev.whence.attribution.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.whence.data.Dataset;
import dev.whence.data.Datasets;
import dev.whence.gradient.projection.ProjectionKind;
import dev.whence.run.Run;
import dev.whence.score.ScoreMatrix;
import dev.whence.task.BinaryCrossEntropy;
import dev.whence.task.Binding;
import dev.whence.task.Measurement;
import dev.whence.task.Measurements;
import dev.whence.task.ModelTask;
import dev.whence.task.SquaredError;
import dev.whence.task.Task;
import dev.whence.training.Checkpoint;
import dev.whence.training.Trajectory;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

/** Answers worked out by hand: the regression through five points, the logistic regression through six. */
class ClosedFormTest {
  // the golden values are float64, data and gradients here float32: a few ulp of numbers near 1
  private static final Offset<Float> FLOAT32 = within(3e-6f);
  private static final Dataset POINTS = Datasets.builder().column("x", LinearModels.design(0, 1, 2, 3, 4), 2)
      .labels(1f, 3f, 2f, 5f, 4f).build();

  private static Trak trak(double ridge) {
    return new Trak(new ProjectionKind.Exact(), Optional.of(0.0), ridge, Trak.Averaging.APART, 8);
  }

  private static float[] scores(TrainingDataMethod method, Task.Differentiable task, List<Checkpoint> models,
      Dataset training, Dataset targets) throws IOException {
    try (var attributor = method.fit(task, Trajectory.each(models), training, Run.of(0));
        ScoreMatrix scores = attributor.attribute(targets)) {
      return scores.row(0);
    }
  }

  private static void check(float[] scores, double... golden) {
    assertThat(scores).hasSize(golden.length);
    for (int i = 0; i < golden.length; i++) {
      assertThat(scores[i]).as("source %d", i).isCloseTo((float) golden[i], FLOAT32);
    }
  }

  @Test
  void trakWithoutProjectionIsTheInfluenceOnRidgeRegression() throws IOException {
    try (var graph = LinearModels.graph()) {
      var task = new ModelTask(graph, new SquaredError());
      Dataset query = Datasets.builder().column("x", LinearModels.design(2.5), 2).labels(0f).build();
      var ridge = List.of(LinearModels.checkpoint(1.1439114391, .8708487085, 1));
      check(scores(trak(.5), task, ridge, POINTS, query), -.0116828475, .1345161422, -.1699323266,
          .3074440708,
          -.1898122302);
      var ordinary = List.of(LinearModels.checkpoint(1.4, .8, 1));
      check(scores(trak(0), task, ordinary, POINTS, query), -.04, .12, -.2, .3, -.18);
    }
  }

  @Test
  void averagesOfOneModelAndOfItsCopiesAgree() throws IOException {
    try (var graph = LinearModels.graph()) {
      var task = new ModelTask(graph, new SquaredError());
      Dataset query = Datasets.builder().column("x", LinearModels.design(2.5), 2).labels(0f).build();
      var one = LinearModels.checkpoint(1.4, .8, 1);
      float[] single = scores(trak(0), task, List.of(one), POINTS, query);
      float[] twice = scores(trak(0), task, List.of(one, one), POINTS, query);
      var products = new Trak(new ProjectionKind.Exact(), Optional.of(0.0), 0, Trak.Averaging.PRODUCTS,
          8);
      float[] multiplied = scores(products, task, List.of(one, one), POINTS, query);
      for (int i = 0; i < single.length; i++) {
        assertThat(twice[i]).isCloseTo(single[i], FLOAT32);
        assertThat(multiplied[i]).isCloseTo(single[i], FLOAT32);
      }
    }
  }

  @Test
  void trakOnLogisticRegressionUsesTheUnweightedKernel() throws IOException {
    try (var graph = LinearModels.graph()) {
      var task = new ModelTask(graph, new BinaryCrossEntropy());
      Dataset training = Datasets.builder().column("x", LinearModels.design(-2, -1, 0, 1, 2, .5), 2)
          .labels(0f, 0f, 1f, 0f, 1f, 1f).build();
      Dataset query = Datasets.builder().column("x", LinearModels.design(.75), 2).labels(1f).build();
      var model = List.of(LinearModels.checkpoint(-.1162878253, 1.0907310421, 1));
      check(scores(trak(.1), task, model, training, query), -.0026499135, -.0216005538, .0839177294,
          -.1622065605,
          .0324333489, .0753293857);
    }
  }

  @Test
  void tracInFollowsGradientDescent() throws IOException {
    try (var graph = LinearModels.graph()) {
      Measurement negativeLoss = new Measurements.NegativeLoss();
      var task = new ModelTask(graph, new SquaredError(), negativeLoss, new Binding());
      Dataset query = Datasets.builder().column("x", LinearModels.design(2.5), 2).labels(3f).build();
      var path = new ArrayList<Checkpoint>();
      double[] theta = {0, 0};
      double[] labels = {1, 3, 2, 5, 4};
      for (int step = 0; step < 10; step++) {
        // the mean loss divides each example's gradient by 5
        path.add(LinearModels.checkpoint(theta[0], theta[1], .05 / 5));
        double[] gradient = {0, 0};
        for (int t = 0; t < 5; t++) {
          double residual = theta[0] + theta[1] * t - labels[t];
          gradient[0] += residual / 5;
          gradient[1] += residual * t / 5;
        }
        theta[0] -= .05 * gradient[0];
        theta[1] -= .05 * gradient[1];
      }
      double[] golden = {.0600426444, .6154524065, .5325393673, 2.3135874277, 2.0360974996};
      check(scores(new TracIn(), task, path, POINTS, query), golden);
      // the same through rows of written-out gradients
      check(scores(new TracIn(new ProjectionKind.TwoSided(4, 4), 3), task, path, POINTS, query), golden);
    }
  }
}
