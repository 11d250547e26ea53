package dev.whence.attribution.training;

import dev.whence.data.Batch;
import dev.whence.data.Dataset;
import dev.whence.graph.Parallel;
import dev.whence.run.IncompatibleException;
import dev.whence.run.Progress;
import dev.whence.run.Run;
import dev.whence.run.Undo;
import dev.whence.store.Element;
import dev.whence.store.GradientStore;
import dev.whence.torch.DType;
import dev.whence.torch.Scope;
import dev.whence.torch.Tensor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.LongStream;

/** Computes one row of numbers for every training example, block by block on the run's workers, and keeps them. */
final class FeatureRows {
  private FeatureRows() {
  }

  /** What is computed from a few examples, {@code [b, k]}; called by several threads. */
  @FunctionalInterface
  interface BatchRows {
    Tensor of(Batch batch);
  }

  /**
   * What the rows are.
   *
   * @param kind of number, in a few words without blanks: how the file that keeps them begins
   * @param work what computing them is called in front of the user
   * @param columns k
   * @param batch examples computed, and rows made durable, at once
   * @param fingerprints all they depend on besides the training examples: graph, model, and how they are taken
   */
  record Description(String kind, String work, int columns, int batch, Map<String, String> fingerprints) {
  }

  /** The rows, in the run's folder where it has one, else in memory; the caller closes them. */
  static RowSource of(Description description, BatchRows rows, Dataset training, Run run) throws IOException {
    return run.folder().isPresent()
        ? stored(RowFiles.in(run.folder().get()), description, rows, training, run)
        : inMemory(description, rows, training, run);
  }

  private static RowSource inMemory(Description description, BatchRows rows, Dataset training, Run run)
      throws IOException {
    Tensor all = Scope.release(Tensor.zeros(DType.FLOAT32, training.size(), description.columns()));
    try (var undo = Undo.of(all::close)) {
      forEachBlock(description, training, run,
          (first, end) -> all.slice(0, first, end).copyFrom(batch(rows, training, first, end)));
      return undo.keep(new MemoryRows(all));
    }
  }

  private static RowSource stored(RowFiles files, Description description, BatchRows rows, Dataset training,
      Run run)
      throws IOException {
    var fingerprints = new TreeMap<>(description.fingerprints());
    fingerprints.put(RowFiles.TRAINING, training.fingerprint().hex());
    var layout = new GradientStore.Layout(description.columns(), Element.FLOAT32, description.batch(),
        fingerprints,
        description.kind());
    Path file = files.file(layout, training.size());
    try (var store = begun(file, training.size(), layout)) {
      boolean whole = store.has(0, training.size());
      Run own = whole ? run.withProgress(Progress.silent()) : run;
      forEachBlock(description, training, own, (first, end) -> {
        if (!store.has(first, end - first)) {
          store.write(first, batch(rows, training, first, end).to(DType.FLOAT32).contiguous().segment());
        }
      });
    }
    return new StoredRows(GradientStore.read(file, fingerprints));
  }

  /** The store that is there, or a new one in place of one with other blocks or, by an odd chance, of that name. */
  private static GradientStore begun(Path file, long rows, GradientStore.Layout layout) throws IOException {
    try {
      return GradientStore.write(file, rows, layout);
    } catch (IncompatibleException _) {
      // rows can be made again from what the run holds: nothing of the user's is lost
      GradientStore.delete(file);
      return GradientStore.write(file, rows, layout);
    }
  }

  private static Tensor batch(BatchRows rows, Dataset training, long first, long end) {
    return rows.of(training.batch(LongStream.range(first, end).toArray()));
  }

  @FunctionalInterface
  private interface BlockWork {
    void perform(long first, long end) throws IOException;
  }

  private static void forEachBlock(Description description, Dataset training, Run run, BlockWork work)
      throws IOException {
    long n = training.size();
    try (var stage = run.progress().stage(description.work(), n)) {
      Parallel.forEach(run, Math.ceilDiv(n, description.batch()), block -> {
        long first = block * description.batch();
        long end = Math.min(n, first + description.batch());
        try (var _ = Scope.open()) {
          work.perform(first, end);
        }
        stage.advance(end - first);
      });
    }
  }

  /** Rows in libtorch's memory. */
  record MemoryRows(Tensor all) implements RowSource {
    @Override
    public long rows() {
      return all.size(0);
    }

    @Override
    public int columns() {
      return (int) all.size(1);
    }

    @Override
    public Tensor block(long first, int count) {
      return all.slice(0, first, first + count);
    }

    @Override
    public void close() {
      all.close();
    }
  }

  /** Rows in a store, read where they lie. */
  private record StoredRows(GradientStore store) implements RowSource {
    @Override
    public long rows() {
      return store.rows();
    }

    @Override
    public int columns() {
      return store.layout().columns();
    }

    @Override
    public Tensor block(long first, int count) throws IOException {
      return Tensor.over(store.rows(first, count), DType.FLOAT32, new long[]{count, columns()},
          new long[]{columns(), 1});
    }

    @Override
    public void close() throws IOException {
      store.close();
    }
  }
}
