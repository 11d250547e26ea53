package dev.whence.study;

import dev.whence.data.DataException;
import dev.whence.data.Dataset;
import dev.whence.data.Datasets;
import dev.whence.graph.Extent;
import dev.whence.graph.Precision;
import dev.whence.graph.execution.Execution;
import dev.whence.task.BinaryCrossEntropy;
import dev.whence.task.CrossEntropy;
import dev.whence.task.NextToken;
import dev.whence.task.Task;
import dev.whence.torch.Autograd;
import dev.whence.torch.Scope;
import dev.whence.torch.Tensor;
import dev.whence.torch.TorchException;
import java.util.Arrays;

/**
 * Runs the model on one example before a run writes anything, and looks at every label: what does not fit is told in the run
 * file's words instead of an operator's.
 *
 * @param task the model with loss and measurement
 * @param stated whether the run file or the model file names the classes in the order of the outputs
 */
record Rehearsal(Task.Differentiable task, boolean stated) {
  /**
   * @throws DataException naming the section of the run file, the label or the example, its place, and what does not fit
   * @throws IllegalArgumentException if a setting does not fit the model
   */
  void of(Dataset data, String section) throws DataException {
    checkLabels(new LabelCheck(data, section, stated), logits(data, section));
    attempt(data, section, "loss", () -> task.losses(task.graph().state(), data.batch(0)));
    attempt(data, section, "loss", () -> requireAlone(data));
    attempt(data, section, "measurement", () -> task.measurements(task.graph().state(), data.batch(0)));
  }

  /** Shape of one example's logits, {@code [1, …]}. */
  private long[] logits(Dataset data, String section) throws DataException {
    try (var _ = Scope.open(); var _ = Autograd.off()) {
      var outputs = Execution.of(task.graph()).run(task.graph().state(), task.inputs(data.batch(0)))
          .outputs();
      Tensor logits = task.logits(outputs);
      return logits.shape();
    } catch (IllegalArgumentException | TorchException e) {
      throw new DataException(data.place(0, Datasets.LABEL).in(""),
          section + ": the model does not run on example '" + data.id(0) + "': " + e.getMessage(), e);
    }
  }

  private void checkLabels(LabelCheck labels, long[] logits) throws DataException {
    long outputs = Arrays.stream(logits).skip(1).reduce(1, (a, b) -> a * b);
    switch (task.trainingLoss()) {
      case CrossEntropy _ when logits.length > 1 -> {
        labels.count(outputs / logits[1], "positions to classify");
        labels.classes(logits[1]);
      }
      case NextToken _ when logits.length > 1 -> {
        labels.count(outputs / logits[logits.length - 1], "tokens to predict");
        labels.classes(logits[logits.length - 1]);
      }
      case BinaryCrossEntropy _ -> {
        labels.count(outputs, "outputs");
        labels.within(0, 1, "a model of binary outputs is told by labels from 0 to 1; mend the label");
      }
      default -> labels.count(outputs, "outputs");
    }
  }

  /** A graph that was traced for two examples or more may treat a single one as something else. */
  private void requireAlone(Dataset data) {
    boolean fromTwo = task.graph().inputs().stream().flatMap(input -> input.shape().stream())
        .anyMatch(extent -> extent instanceof Extent.Symbolic symbol && symbol.minimum() == 2);
    if (!fromTwo) {
      return;
    }
    double alone = task.losses(task.graph().state(), data.batch(0)).item();
    double among = task.losses(task.graph().state(), data.batch(0, 0)).select(0, 0).item();
    double rounding = Math.max(1e-3, 8 * Precision.rounding(Precision.coarsest(task.graph())));
    if (!(Math.abs(alone - among) <= rounding * Math.max(1, Math.abs(among)))) {
      throw new IllegalArgumentException(
          "the model was exported for two examples or more and treats one alone"
              + " otherwise (loss " + alone + " alone, " + among + " beside another); export it with"
              + " torch.export.Dim(\"batch\", min=1), as tools/export.py does");
    }
  }

  private static void attempt(Dataset data, String section, String what, Runnable work) throws DataException {
    String problem = "%s: the %s of example '%s' cannot be computed: ".formatted(section, what, data.id(0));
    try (var _ = Scope.open()) {
      work.run();
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(problem + e.getMessage(), e);
    } catch (TorchException e) {
      throw new DataException(data.place(0, Datasets.LABEL).in(""), problem + e.getMessage(), e);
    }
  }
}
