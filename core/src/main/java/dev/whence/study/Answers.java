package dev.whence.study;

import dev.whence.data.Column;
import dev.whence.data.Dataset;
import dev.whence.data.Datasets;
import dev.whence.data.Label;
import dev.whence.graph.Safetensors;
import dev.whence.run.AtomicFiles;
import dev.whence.torch.DType;
import dev.whence.torch.Scope;
import dev.whence.torch.Tensor;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * What a run's models answer about a data set, averaged over them: numbers by name, one row per example. Kept in the run's folder, so
 * that a report needs no model. Immutable.
 *
 * <table>
 * <caption>Numbers</caption>
 * <tr><td>{@code predicted}</td><td>the likeliest class of each position or output, or the value</td></tr>
 * <tr><td>{@code share}</td><td>its mean probability; absent for values</td></tr>
 * <tr><td>{@code likeliest}, {@code likeliest-share}</td><td>the likeliest classes, most first; where there is one position</td></tr>
 * <tr><td>{@code loss}</td><td>mean over the models; where there are labels</td></tr>
 * <tr><td>{@code measurement}</td><td>mean over the models</td></tr>
 * </table>
 */
final class Answers {
  static final String PREDICTED = "predicted";
  static final String SHARE = "share";
  static final String LIKELIEST = "likeliest";
  static final String LIKELIEST_SHARE = "likeliest-share";
  static final String LOSS = "loss";
  static final String MEASUREMENT = "measurement";
  private static final String MADE_FROM = "made-from";
  private static final String MODELS = "models";

  private final Map<String, double[][]> numbers;

  Answers(Map<String, double[][]> numbers) {
    this.numbers = new LinkedHashMap<>(numbers);
  }

  /** Number of examples. */
  int size() {
    return rows(PREDICTED).length;
  }

  /** The numbers of that name of one example; empty where there are none. */
  Optional<double[]> of(String name, int row) {
    return Optional.ofNullable(numbers.get(name)).map(rows -> rows[row].clone());
  }

  private double[][] rows(String name) {
    double[][] found = numbers.get(name);
    if (found == null) {
      throw new IllegalStateException("answers have no '" + name + "'; known: " + numbers.keySet());
    }
    return found;
  }

  /** What is explained of each target in the place of its label: the targets themselves where that is the label. */
  Dataset explained(Dataset targets, Explanation explanation, Label.Kind labels) {
    if (!explanation.replacesLabels()) {
      return targets;
    }
    double[][] stands = new double[size()][];
    for (int row = 0; row < stands.length; row++) {
      stands[row] = rows(PREDICTED)[row].clone();
      if (explanation.kind() == Explanation.Kind.CLASS) {
        Arrays.fill(stands[row], explanation.number());
      }
    }
    Optional<Column> column = Labels.column(targets);
    long[] shape = column.map(Column::shape)
        .orElse(stands[0].length == 1 ? List.of() : List.of((long) stands[0].length))
        .stream().mapToLong(Long::longValue).toArray();
    if (column.isPresent()) {
      keepIgnored(targets, stands);
    }
    boolean whole = labels == Label.Kind.CLASS || labels == Label.Kind.TOKENS;
    return Datasets.labelled(targets, whole ? DType.INT64 : DType.FLOAT32, stands, shape);
  }

  private static void keepIgnored(Dataset targets, double[][] stands) {
    for (int row = 0; row < stands.length; row++) {
      double[] labels = Labels.of(targets, row);
      double[] stand = stands[row];
      IntStream.range(0, labels.length).filter(at -> labels[at] == Label.IGNORED)
          .forEach(at -> stand[at] = Label.IGNORED);
    }
  }

  /** Writes the numbers with what they were made from. */
  void write(Path file, String madeFrom, String models) throws IOException {
    Files.createDirectories(AtomicFiles.folder(file));
    try (var _ = Scope.open()) {
      var tensors = new LinkedHashMap<String, Tensor>();
      numbers.forEach((name, rows) -> tensors.put(name, Tensor.of(
          Arrays.stream(rows).flatMapToDouble(Arrays::stream).toArray(), rows.length, rows[0].length)));
      Safetensors.write(file, tensors, Map.of(MADE_FROM, madeFrom, MODELS, models));
    }
  }

  /**
   * What was written from the same; empty if there is no such file, or one made from something else.
   *
   * @param models fingerprints of the models' numbers; empty where none are at hand: a folder holds one answer to them
   */
  static Optional<Answers> read(Path file, String madeFrom, Optional<String> models) throws IOException {
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    try (Arena arena = Arena.ofConfined();
        var archive = Safetensors.read(file, arena);
        var _ = Scope.open()) {
      boolean same = madeFrom.equals(archive.metadata().get(MADE_FROM))
          && models.map(wanted -> wanted.equals(archive.metadata().get(MODELS))).orElse(true);
      if (!same) {
        return Optional.empty();
      }
      var numbers = new LinkedHashMap<String, double[][]>();
      archive.tensors().forEach((name, tensor) -> numbers.put(name, rows(tensor)));
      return Optional.of(new Answers(numbers));
    }
  }

  /** {@code [n, r]} as rows. */
  static double[][] rows(Tensor matrix) {
    double[] flat = matrix.toDoubles();
    int width = (int) matrix.size(1);
    return IntStream.range(0, (int) matrix.size(0))
        .mapToObj(row -> Arrays.copyOfRange(flat, row * width, (row + 1) * width)).toArray(double[][]::new);
  }
}
