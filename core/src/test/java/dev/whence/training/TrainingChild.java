package dev.whence.training;

import dev.whence.graph.Graph;
import dev.whence.run.Run;
import dev.whence.task.CrossEntropy;
import dev.whence.task.ModelTask;
import dev.whence.torch.Threads;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** A process that trains the demo's network into a folder and tells of every step, so that a test can kill it. */
final class TrainingChild {
  static final int STEPS = 90;

  private TrainingChild() {
  }

  public static void main(String[] arguments) throws IOException {
    Threads.setIntraOp(1);
    var out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    try (Graph graph = Digits.cnn()) {
      Recipe recipe = new Recipe().with(new AdamW(), 3e-3).steps(STEPS, 16);
      var trainer = new Trainer(new ModelTask(graph, new CrossEntropy()), recipe)
          .listening(step -> out.println(step.index()));
      var saving = new Saving(Path.of(arguments[0]), 4, 1);
      trainer.train(graph.state(), TrainingSet.all(Digits.all()), 3, Run.of(1), saving).close();
    }
  }
}
