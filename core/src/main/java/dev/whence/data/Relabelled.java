package dev.whence.data;

import dev.whence.run.Fingerprint;
import dev.whence.run.Once;
import dev.whence.run.Sha256;
import dev.whence.torch.DType;
import dev.whence.torch.Tensor;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/** The rows of a data set with other labels, or with labels where it has none. */
final class Relabelled implements Dataset {
  private final Dataset base;
  private final Column label;
  private final double[][] values;
  private final Once<Fingerprint> fingerprint = Once.of(this::digest);

  /**
   * The rows under other labels.
   *
   * @param values one row per row of the base, row-major over the label's shape; not changed afterwards
   */
  Relabelled(Dataset base, Column label, double[][] values) {
    this.base = base;
    this.label = label;
    this.values = values;
  }

  @Override
  public long size() {
    return base.size();
  }

  @Override
  public List<Column> columns() {
    return Stream.concat(base.columns().stream().filter(column -> !column.name().equals(label.name())),
        Stream.of(label)).toList();
  }

  @Override
  public String id(long row) {
    return base.id(row);
  }

  @Override
  public Optional<String> text(long row) {
    return base.text(row);
  }

  @Override
  public List<String> elementNames(String column) {
    return base.elementNames(column);
  }

  @Override
  public Place place(long row, String column) {
    return base.place(row, column);
  }

  @Override
  public Place place(String column) {
    return base.place(column);
  }

  @Override
  public Map<String, Object> mappings() {
    return base.mappings();
  }

  @Override
  public List<String> warnings() {
    return base.warnings();
  }

  @Override
  public double[] inOwnUnits(String column, double[] values) {
    return base.inOwnUnits(column, values);
  }

  @Override
  public List<Feature> features(String column) {
    return column.equals(label.name()) ? List.of() : base.features(column);
  }

  @Override
  public List<String> classNames() {
    return base.classNames();
  }

  @Override
  public Batch batch(long... rows) {
    Batch without = base.batch(rows);
    var columns = new LinkedHashMap<String, Tensor>();
    for (Column column : base.columns()) {
      columns.put(column.name(), without.column(column.name()));
    }
    columns.put(label.name(), labels(rows));
    return new Batch(rows, columns);
  }

  private Tensor labels(long[] rows) {
    double[] flat = LongStream.of(rows).mapToObj(row -> values[Math.toIntExact(row)])
        .flatMapToDouble(Arrays::stream)
        .toArray();
    long[] shape = LongStream
        .concat(LongStream.of(rows.length), label.shape().stream().mapToLong(Long::longValue))
        .toArray();
    return label.dtype() == DType.INT64
        ? Tensor.of(Arrays.stream(flat).mapToLong(value -> (long) value).toArray(), shape)
        : Tensor.of(flat, shape).to(label.dtype());
  }

  @Override
  public Fingerprint fingerprint() {
    return fingerprint.get();
  }

  private Fingerprint digest() {
    MessageDigest digest = Sha256.start();
    digest.update(("whence labels 1 " + base.fingerprint().hex() + label).getBytes(StandardCharsets.UTF_8));
    for (double[] row : values) {
      digest.update(Arrays.toString(row).getBytes(StandardCharsets.UTF_8));
    }
    return Sha256.finish(digest);
  }

  @Override
  public Dataset select(long... rows) {
    double[][] some = LongStream.of(rows).mapToObj(row -> values[Math.toIntExact(row)])
        .toArray(double[][]::new);
    return new Relabelled(base.select(rows), label, some);
  }

  /** Checks that there is a row of values for each row. */
  static Dataset of(Dataset base, DType dtype, double[][] values, long... shape) {
    long each = Arrays.stream(shape).reduce(1, (a, b) -> a * b);
    if (values.length != base.size() || Arrays.stream(values).anyMatch(row -> row.length != each)) {
      throw new IllegalArgumentException(
          "labels must be " + base.size() + " rows of " + each + " values, got "
              + values.length + " rows");
    }
    var label = new Column(Datasets.LABEL, dtype, Arrays.stream(shape).boxed().toList());
    return new Relabelled(base, label, Arrays.stream(values).map(double[]::clone).toArray(double[][]::new));
  }
}
