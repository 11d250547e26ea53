package dev.whence.attribution.training;

import dev.whence.data.Batch;
import dev.whence.data.Dataset;
import dev.whence.gradient.ExampleGradients;
import dev.whence.gradient.Featurizer;
import dev.whence.run.Undo;
import dev.whence.score.ScoreMatrix;
import dev.whence.torch.DType;
import dev.whence.torch.Scope;
import dev.whence.torch.Tensor;
import dev.whence.training.Checkpoint;
import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.LongStream;

/** TRAK fitted: one kernel, one set of rows and one vector of slopes a model. */
final class TrakAttributor implements SelfInfluence {
  private final Trak method;
  private final Subject subject;
  private final List<Part> parts;
  private final int atOnce;

  private TrakAttributor(Trak method, Subject subject, List<Part> parts) {
    this.method = method;
    this.subject = subject;
    this.parts = parts;
    this.atOnce = BatchSize.of(subject);
  }

  /**
   * What belongs to one model.
   *
   * @param slopes Q, {@code [n]} FLOAT64, owned
   */
  private record Part(Checkpoint model, Featurizer targets, RowSource rows, TrakKernel kernel, Tensor slopes)
      implements
        Closeable {
    @Override
    public void close() throws IOException {
      targets.close();
      slopes.close();
      kernel.close();
      rows.close();
    }
  }

  static TrakAttributor fit(Trak method, Subject subject) throws IOException {
    var sources = subject.gradients(subject.task().output());
    var targets = subject.gradients(subject.task().measurement());
    return new TrakAttributor(method, subject,
        Parts.of(subject.models().size(), i -> part(method, subject, sources, targets, i)));
  }

  private static Part part(Trak method, Subject subject, ExampleGradients sources, ExampleGradients targets,
      int index) throws IOException {
    Checkpoint model = subject.models().get(index);
    var spec = ModelFeatures.spec(method.projection(), subject, index);
    var rows = new SlopedRows(ModelFeatures.outputRows(subject, sources, spec, index));
    try (var undo = Undo.of(rows::close);
        var _ = Scope.open()) {
      Tensor slopes = rows.slopes();
      TrakKernel kernel = TrakKernel.of(rows, method::lambda,
          ModelFeatures.work(subject, index), subject.run());
      return undo.keep(new Part(model, new Featurizer(targets, spec), rows, kernel, Scope.release(slopes)));
    }
  }

  /** Targets' rows, no more at once than training examples. */
  private Tensor features(Part part, Batch batch) {
    var rows = new ArrayList<Tensor>();
    for (int first = 0; first < batch.size(); first += atOnce) {
      long[] some = LongStream.range(first, Math.min(batch.size(), first + atOnce)).toArray();
      rows.add(part.targets().features(part.model().state(),
          some.length == batch.size() ? batch : batch.select(some)));
    }
    return rows.size() == 1 ? rows.getFirst() : Tensor.concatenate(rows, 0);
  }

  @Override
  public ScoreMatrix attribute(Dataset targets) throws IOException {
    return new TargetLoop(subject, method.batchSize(), true).score(targets, this::score);
  }

  private Tensor score(Batch batch) throws IOException {
    Tensor total = Tensor.zeros(DType.FLOAT64, batch.size(), subject.training().size());
    return averaged(total, Part::slopes,
        part -> part.kernel().scores(features(part, batch)));
  }

  @Override
  public double[] selfInfluence() throws IOException {
    return new SelfLoop(subject, method.batchSize()).score((first, batch) -> {
      long end = first + batch.size();
      return averaged(Tensor.zeros(DType.FLOAT64, batch.size()), part -> part.slopes().slice(0, first, end),
          part -> part.kernel().own(features(part, batch), first));
    });
  }

  /** What one model contributes. */
  private interface Contribution {
    Tensor of(Part part) throws IOException;
  }

  /** The mean of scores, times that of slopes or as their products; the total is used up. */
  private Tensor averaged(Tensor total, Function<Part, Tensor> slopes, Contribution contribution)
      throws IOException {
    boolean products = method.averaging() == Trak.Averaging.PRODUCTS;
    for (Part part : parts) {
      try (var _ = Scope.open()) {
        Tensor scores = contribution.of(part);
        Tensor.call("aten::add_.Tensor", total, products ? scores.multiply(slopes.apply(part)) : scores);
      }
    }
    Tensor mean = total.multiply(1.0 / parts.size());
    return products
        ? mean
        : mean.multiply(Tensor.stack(parts.stream().map(slopes).toList(), 0).sum(0)
            .multiply(1.0 / parts.size()));
  }

  @Override
  public void close() throws IOException {
    Parts.close(parts);
  }
}
