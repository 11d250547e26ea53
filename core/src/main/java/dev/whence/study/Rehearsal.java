package dev.whence.study;

import dev.whence.data.Dataset;
import dev.whence.data.Datasets;
import dev.whence.graph.Execution;
import dev.whence.task.CrossEntropy;
import dev.whence.task.NextToken;
import dev.whence.task.Task;
import dev.whence.torch.Autograd;
import dev.whence.torch.Scope;
import dev.whence.torch.Tensor;
import dev.whence.torch.TorchException;
import java.util.Optional;
import java.util.stream.LongStream;

/**
 * Runs the model on one example before a run writes anything, and looks at every class label: what does not fit is told in the
 * run file's words instead of an operator's.
 *
 * @param task the model with loss and measurement
 */
record Rehearsal(Task.Differentiable task) {
  private static final int BATCH = 512;
  private static final long IGNORED = -100;

  /** @throws IllegalArgumentException naming the section of the run file, the example and what does not fit */
  void of(Dataset data, String section) {
    Optional<Long> classes = classes(data, section);
    classes.ifPresent(count -> checkLabels(data, section, count));
    attempt(data, section, "loss", () -> task.losses(task.graph().state(), data.batch(0)));
    attempt(data, section, "measurement", () -> task.measurements(task.graph().state(), data.batch(0)));
  }

  private Optional<Long> classes(Dataset data, String section) {
    try (var _ = Scope.open(); var _ = Autograd.off()) {
      var outputs = Execution.of(task.graph()).run(task.graph().state(), task.inputs(data.batch(0)))
          .outputs();
      Tensor logits = task.logits(outputs);
      return switch (task.trainingLoss()) {
        case CrossEntropy _ when logits.rank() > 1 -> Optional.of(logits.size(1));
        case NextToken _ when logits.rank() > 1 -> Optional.of(logits.size(logits.rank() - 1));
        default -> Optional.empty();
      };
    } catch (TorchException e) {
      throw new IllegalArgumentException(
          section + ": the model does not run on example '" + data.id(0) + "': " + e.getMessage(), e);
    }
  }

  private static void checkLabels(Dataset data, String section, long classes) {
    int named = data.classNames().size();
    if (named > 0 && named <= classes) {
      return; // labels are numbers below the number of names
    }
    for (long first = 0; first < data.size(); first += BATCH) {
      long[] rows = LongStream.range(first, Math.min(data.size(), first + BATCH)).toArray();
      try (var _ = Scope.open()) {
        double[] labels = data.batch(rows).column(Datasets.LABEL).toDoubles();
        for (int i = 0; i < labels.length; i++) {
          if (labels[i] != IGNORED && !(labels[i] >= 0 && labels[i] < classes)) {
            throw outside(data, section, classes, rows[i / (labels.length / rows.length)], labels[i]);
          }
        }
      }
    }
  }

  private static IllegalArgumentException outside(Dataset data, String section, long classes, long row,
      double label) {
    int index = (int) label;
    String name = index >= 0 && index < data.classNames().size()
        ? " ('" + data.classNames().get(index) + "')"
        : "";
    return new IllegalArgumentException(
        "%s.label: example '%s' has class %d%s, but the model's logits tell classes 0..%d; mend the label, or state classes in the order of the model's outputs"
            .formatted(section, data.id(row), index, name, classes - 1));
  }

  private static void attempt(Dataset data, String section, String what, Runnable work) {
    try (var _ = Scope.open()) {
      work.run();
    } catch (IllegalArgumentException | TorchException e) {
      throw new IllegalArgumentException(
          "%s: the %s of example '%s' cannot be computed: %s".formatted(section,
              what, data.id(0), e.getMessage()),
          e);
    }
  }
}
