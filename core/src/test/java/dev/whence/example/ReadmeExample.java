package dev.whence.example;

import dev.whence.attribution.training.Trak;
import dev.whence.data.DataSpec;
import dev.whence.data.Dataset;
import dev.whence.data.Datasets;
import dev.whence.data.Label;
import dev.whence.data.Normalization;
import dev.whence.data.Source;
import dev.whence.graph.Graph;
import dev.whence.graph.Graphs;
import dev.whence.run.Run;
import dev.whence.score.Order;
import dev.whence.score.ScoreMatrix;
import dev.whence.task.CrossEntropy;
import dev.whence.task.ModelTask;
import dev.whence.training.Recipe;
import dev.whence.training.Trainer;
import dev.whence.training.TrainingSet;
import dev.whence.training.Trajectory;
import dev.whence.training.initial.Initialization;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** The program in README.md, run by {@link ReadmeTest}. */
final class ReadmeExample {
  private ReadmeExample() {
  }

  public static void main(String[] arguments) throws IOException {
    Path fixtures = Path.of(arguments[0]);
    Run run = Run.of(0);
    try (Graph model = Graphs.read(fixtures.resolve("demo/digits-cnn.pt2"))) {
      Dataset digits = Datasets.read(DataSpec.of(fixtures.resolve("data/digits-100.csv"))
          .withColumn("image",
              Source.of("pixel_0..pixel_63").shaped(1, 8, 8).normalized(Normalization.linear(1 / 16., 0)))
          .withLabel(Label.classes("label")));
      Dataset training = digits.select(Datasets.range(0, 90));
      var task = new ModelTask(model, new CrossEntropy());
      var start = Initialization.afresh(model, Map.of()).draw(0);
      var trained = new Trainer(task, new Recipe()).train(start, TrainingSet.all(training), 0, run);
      try (var trak = new Trak().fit(task, List.of(Trajectory.of(trained)), training, run);
          ScoreMatrix scores = trak.attribute(digits.select(95))) {
        scores.top(0, 5, Order.PROPONENTS).forEach(System.out::println);
      }
    }
  }
}
