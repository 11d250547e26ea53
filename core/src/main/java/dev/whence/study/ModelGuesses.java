package dev.whence.study;

import dev.whence.data.Dataset;
import dev.whence.graph.Execution;
import dev.whence.task.CrossEntropy;
import dev.whence.task.Task;
import dev.whence.torch.Autograd;
import dev.whence.torch.Scope;
import dev.whence.torch.Tensor;
import dev.whence.training.Checkpoint;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/** What the models answer, averaged over them. */
record ModelGuesses(Task.Differentiable task, List<Checkpoint> models, Dataset targets)
    implements
      ReportGatherer.Guesses {
  private static final int SHOWN = 3;

  @Override
  public List<Report.Guess> of(int target) {
    double[] answers = answers(target);
    if (!(task.trainingLoss() instanceof CrossEntropy)) {
      return List.of(new Report.Guess(String.format(Locale.ROOT, "%.4g", answers[0]), 1));
    }
    var guesses = new ArrayList<Report.Guess>();
    for (int i = 0; i < answers.length; i++) {
      String name = i < targets.classNames().size() ? targets.classNames().get(i) : Integer.toString(i);
      guesses.add(new Report.Guess(name, answers[i]));
    }
    guesses.sort(Comparator.comparingDouble(Report.Guess::probability).reversed());
    return guesses.subList(0, Math.min(SHOWN, guesses.size()));
  }

  private double[] answers(int target) {
    try (var _ = Scope.open(); var _ = Autograd.off()) {
      var batch = targets.batch(target);
      var execution = Execution.of(task.graph());
      double[] sum = new double[0];
      for (Checkpoint model : models) {
        Tensor output = task.logits(execution.run(model.state(), task.inputs(batch)).outputs());
        boolean classes = task.trainingLoss() instanceof CrossEntropy && output.rank() == 2;
        double[] one = (classes ? Tensor.call("aten::softmax.int", output, 1) : output).reshape(-1)
            .toDoubles();
        sum = sum.length == 0 ? new double[one.length] : sum;
        for (int i = 0; i < one.length; i++) {
          sum[i] += one[i] / models.size();
        }
      }
      return sum;
    }
  }

  @Override
  public double measurement(int target) {
    try (var _ = Scope.open()) {
      var batch = targets.batch(target);
      return models.stream().mapToDouble(model -> task.measurements(model.state(), batch).item()).average()
          .orElse(0);
    }
  }
}
