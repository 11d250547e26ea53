package dev.whence.study;

import dev.whence.data.Batch;
import dev.whence.data.Dataset;
import dev.whence.data.Datasets;
import dev.whence.data.Label;
import dev.whence.graph.ModelState;
import dev.whence.graph.Parallel;
import dev.whence.graph.execution.Execution;
import dev.whence.run.Progress;
import dev.whence.run.Run;
import dev.whence.task.Loss;
import dev.whence.task.Task;
import dev.whence.torch.Autograd;
import dev.whence.torch.DType;
import dev.whence.torch.Operator;
import dev.whence.torch.Scope;
import dev.whence.torch.Tensor;
import java.io.IOException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.stream.LongStream;

/**
 * Asks models about examples and averages what they answer.
 *
 * @param task the model with loss and measurement
 * @param models at least one
 * @param explanation what the measurement speaks of
 */
record Answering(Task.Differentiable task, List<ModelState> models, Explanation explanation) {
  private static final int LARGEST = 256;
  private static final long NUMBERS_AT_ONCE = 1 << 24;
  private static final int LIKELIEST = 5;

  /** What the models answer; one block of examples per worker, as many as the model's outputs let fit. */
  Answers of(Dataset data, Run run) throws IOException {
    int size = Math.toIntExact(data.size());
    int block = block(data);
    var blocks = new ConcurrentHashMap<Long, Map<String, double[][]>>();
    try (Progress.Stage stage = run.progress().stage("asking the models", size)) {
      Parallel.forEach(run, (size + block - 1) / block, index -> {
        run.checkCancelled();
        long[] rows = LongStream.range(index * block, Math.min(size, (index + 1) * block)).toArray();
        blocks.put(index, answers(data.batch(rows)));
        stage.advance(rows.length);
      });
    }
    var all = new LinkedHashMap<String, double[][]>();
    LongStream.range(0, blocks.size()).mapToObj(blocks::get).forEach(some -> {
      if (some != null) {
        some.forEach((name, rows) -> all.merge(name, rows, Answering::joined));
      }
    });
    return new Answers(all);
  }

  private static double[][] joined(double[][] some, double[][] more) {
    double[][] both = Arrays.copyOf(some, some.length + more.length);
    System.arraycopy(more, 0, both, some.length, more.length);
    return both;
  }

  private int block(Dataset data) {
    try (var _ = Scope.open(); var _ = Autograd.off()) {
      long numbers = logits(models.getFirst(), data.batch(0)).elements() * (models.size() + 2L);
      return Math.clamp(NUMBERS_AT_ONCE / Math.max(1, numbers), 1, LARGEST);
    }
  }

  private Tensor logits(ModelState model, Batch batch) {
    return task.logits(Execution.of(task.graph()).run(model, task.inputs(batch)).outputs());
  }

  private Map<String, double[][]> answers(Batch batch) {
    try (var _ = Scope.open(); var _ = Autograd.off()) {
      List<Tensor> logits = models.stream().map(model -> logits(model, batch)).toList();
      Tensor shares = mean(logits, this::shares);
      Tensor predicted = predicted(shares);
      var answers = new LinkedHashMap<String, double[][]>();
      answers.put(Answers.PREDICTED, matrix(predicted, batch));
      probabilities(shares, batch, answers);
      boolean labelled = batch.has(Datasets.LABEL);
      Loss loss = task.trainingLoss();
      if (labelled) {
        Tensor labels = batch.column(Datasets.LABEL);
        answers.put(Answers.LOSS, matrix(mean(logits, one -> loss.perExample(one, labels)), batch));
      }
      Tensor stand = stand(predicted, shares, batch);
      answers.put(Answers.MEASUREMENT,
          matrix(mean(logits, one -> task.measured().perExample(one, stand, loss)), batch));
      return answers;
    }
  }

  private static double[][] matrix(Tensor values, Batch batch) {
    return Answers.rows(values.to(DType.FLOAT64).reshape(batch.size(), -1));
  }

  private static Tensor mean(List<Tensor> logits, Function<Tensor, Tensor> function) {
    Tensor all = Tensor.stack(logits.stream().map(function).toList(), 0);
    return Tensor.call("aten::mean.dim", all, new long[]{0});
  }

  private Label.Kind kind() {
    return task.trainingLoss().labels();
  }

  private static int axis(Label.Kind kind) {
    return kind == Label.Kind.CLASS ? 1 : -1;
  }

  private Tensor shares(Tensor logits) {
    Tensor wide = logits.to(DType.FLOAT32);
    return switch (kind()) {
      case CLASS, TOKENS -> Tensor.call("aten::softmax.int", wide, axis(kind()));
      case TRUTH -> Tensor.call("aten::sigmoid", wide);
      case NUMBER -> wide;
    };
  }

  private Tensor predicted(Tensor shares) {
    return switch (kind()) {
      case CLASS, TOKENS -> Tensor.call("aten::argmax", shares, axis(kind()));
      case TRUTH -> Tensor.call("aten::gt.Scalar", shares, 0.5).to(DType.FLOAT32);
      case NUMBER -> shares;
    };
  }

  private void probabilities(Tensor shares, Batch batch, Map<String, double[][]> answers) {
    switch (kind()) {
      case CLASS, TOKENS -> {
        answers.put(Answers.SHARE,
            matrix(Tensor.call("aten::amax", shares, new long[]{axis(kind())}), batch));
        if (shares.rank() == 2) {
          likeliest(shares, batch, answers);
        }
      }
      case TRUTH -> answers.put(Answers.SHARE, matrix(Tensor.call("aten::maximum", shares,
          shares.negate().add(1)), batch));
      case NUMBER -> {
      }
    }
  }

  private static void likeliest(Tensor shares, Batch batch, Map<String, double[][]> answers) {
    long count = Math.min(LIKELIEST, shares.size(1));
    var found = Operator.of("aten::topk").call(shares, count, 1L, true, true);
    if (found.get(0) instanceof Tensor values && found.get(1) instanceof Tensor classes) {
      answers.put(Answers.LIKELIEST, matrix(classes, batch));
      answers.put(Answers.LIKELIEST_SHARE, matrix(values, batch));
    }
  }

  /** What the measurement takes for a label. */
  private Tensor stand(Tensor predicted, Tensor shares, Batch batch) {
    if (!explanation.replacesLabels()) {
      return batch.column(Datasets.LABEL);
    }
    long classes = switch (kind()) {
      case CLASS -> shares.size(1);
      case TOKENS -> shares.size(shares.rank() - 1);
      case TRUTH, NUMBER -> 2;
    };
    Tensor stand = explanation.stand(predicted, classes);
    if (!batch.has(Datasets.LABEL)) {
      return stand;
    }
    Tensor labels = batch.column(Datasets.LABEL);
    Tensor shaped = stand.reshape(labels.shape())
        .to(kind() == Label.Kind.CLASS ? DType.INT64 : labels.dtype());
    return Tensor.call("aten::where.self", Tensor.call("aten::eq.Scalar", labels, Label.IGNORED),
        Tensor.call("aten::full_like", shaped, Label.IGNORED), shaped);
  }
}
