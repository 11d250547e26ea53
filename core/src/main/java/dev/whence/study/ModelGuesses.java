package dev.whence.study;

import dev.whence.data.Batch;
import dev.whence.data.Dataset;
import dev.whence.data.Datasets;
import dev.whence.graph.Execution;
import dev.whence.task.BinaryCrossEntropy;
import dev.whence.task.CrossEntropy;
import dev.whence.task.NextToken;
import dev.whence.task.Task;
import dev.whence.torch.Autograd;
import dev.whence.torch.Scope;
import dev.whence.torch.Tensor;
import dev.whence.training.Checkpoint;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

/** What the models answer, averaged over them. */
record ModelGuesses(Task.Differentiable task, List<Checkpoint> models, Dataset targets)
    implements
      ReportGatherer.Guesses {
  private static final int SHOWN = 3;

  @Override
  public List<Report.Guess> of(int target) {
    try (var _ = Scope.open(); var _ = Autograd.off()) {
      Batch batch = targets.batch(target);
      return switch (task.trainingLoss()) {
        case CrossEntropy _ -> classes(batch);
        case NextToken _ -> List.of(likeliest(batch, mean(batch, logits -> softmax(logits, -1)), -1));
        case BinaryCrossEntropy _ -> binary(mean(batch, logits -> Tensor.call("aten::sigmoid", logits)));
        default -> List.of(value(mean(batch, logits -> logits).toDoubles()));
      };
    }
  }

  private static Tensor softmax(Tensor logits, int axis) {
    return Tensor.call("aten::softmax.int", logits, axis);
  }

  private static Report.Guess value(double[] values) {
    return new Report.Guess(Looks.text(values), Optional.empty());
  }

  private List<Report.Guess> classes(Batch batch) {
    Tensor shares = mean(batch, logits -> softmax(logits, 1));
    if (shares.rank() != 2) {
      return List.of(likeliest(batch, shares, 1));
    }
    double[] each = shares.toDoubles();
    List<String> names = targets.classNames();
    return IntStream.range(0, each.length).boxed()
        .sorted(Comparator.comparingDouble(i -> -each[i])).limit(SHOWN)
        .map(i -> new Report.Guess(i < names.size() ? names.get(i) : Integer.toString(i),
            Optional.of(each[i])))
        .toList();
  }

  /** The likeliest class at each position that has a label. */
  private static Report.Guess likeliest(Batch batch, Tensor shares, int axis) {
    double[] classes = Tensor.call("aten::argmax", shares, axis).toDoubles();
    double[] labels = batch.column(Datasets.LABEL).toDoubles();
    return value(IntStream.range(0, classes.length).filter(i -> labels[i] != Looks.IGNORED)
        .mapToDouble(i -> classes[i]).toArray());
  }

  private static List<Report.Guess> binary(Tensor shares) {
    double[] each = shares.toDoubles();
    var rounded = value(Arrays.stream(each).map(Math::rint).toArray());
    return List.of(each.length == 1
        ? new Report.Guess(rounded.answer(), Optional.of(Math.max(each[0], 1 - each[0])))
        : rounded);
  }

  /** The models' mean of a function of the logits. */
  private Tensor mean(Batch batch, UnaryOperator<Tensor> function) {
    var execution = Execution.of(task.graph());
    List<Tensor> all = models.stream().map(model -> function
        .apply(task.logits(execution.run(model.state(), task.inputs(batch)).outputs()))).toList();
    return Tensor.call("aten::mean.dim", Tensor.stack(all, 0), new long[]{0});
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
