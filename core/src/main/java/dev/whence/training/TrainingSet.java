package dev.whence.training;

import dev.whence.data.Dataset;
import dev.whence.run.Sha256;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.OptionalDouble;
import java.util.stream.LongStream;

/**
 * The examples of one training run: rows of a data set, each with a weight. Immutable; safe for any thread. The weighted
 * loss of a batch is Σ wᵢℓᵢ / b, the number of examples b unweighted.
 */
public final class TrainingSet {
  private final Dataset data;
  private final long[] rows;
  private final double[] weights;

  private TrainingSet(Dataset data, long[] rows, double[] weights) {
    if (rows.length == 0) {
      throw new IllegalArgumentException("a training set needs at least one example");
    }
    for (long row : rows) {
      if (row < 0 || row >= data.size()) {
        throw new IllegalArgumentException("row " + row + " is not in [0, " + data.size() + ")");
      }
    }
    this.data = data;
    this.rows = rows;
    this.weights = weights;
  }

  /** Every example, with weight 1. */
  public static TrainingSet all(Dataset data) {
    return new TrainingSet(data, LongStream.range(0, data.size()).toArray(), new double[0]);
  }

  /** The rows, with weight 1. @throws IllegalArgumentException if there is none or one is not in the data set */
  public static TrainingSet of(Dataset data, long... rows) {
    return new TrainingSet(data, rows.clone(), new double[0]);
  }

  /** The same examples with these weights, one per row in their order; finite, of any sign. */
  public TrainingSet weighted(double... values) {
    if (values.length != rows.length) {
      throw new IllegalArgumentException(
          "weights must be one per row, " + rows.length + ", got " + values.length);
    }
    for (int i = 0; i < values.length; i++) {
      if (!Double.isFinite(values[i])) {
        throw new IllegalArgumentException("weight of row " + rows[i] + " must be finite, got " + values[i]);
      }
    }
    return new TrainingSet(data, rows, values.clone());
  }

  /** The data set the rows are of. */
  public Dataset data() {
    return data;
  }

  /** Number of examples, n. */
  public int size() {
    return rows.length;
  }

  /** The rows in the data set. */
  public long[] rows() {
    return rows.clone();
  }

  /** The row at a position in [0, n). */
  long row(int position) {
    return rows[position];
  }

  /** The weight at a position, or empty where all are 1. */
  OptionalDouble weight(int position) {
    return weights.length == 0 ? OptionalDouble.empty() : OptionalDouble.of(weights[position]);
  }

  /** Hash of rows and weights, for telling runs apart. */
  String digest() {
    var bytes = ByteBuffer.allocate(8 * (rows.length + weights.length + 1)).order(ByteOrder.LITTLE_ENDIAN);
    bytes.putLong(rows.length);
    bytes.asLongBuffer().put(rows);
    bytes.position(8 * (rows.length + 1));
    bytes.asDoubleBuffer().put(weights);
    MessageDigest digest = Sha256.start();
    digest.update(bytes.array());
    return Sha256.finish(digest).hex();
  }

  @Override
  public String toString() {
    return rows.length + " of " + data.size() + " examples, "
        + (weights.length == 0
            ? "unweighted"
            : "weighted "
                + Arrays.stream(weights).sum());
  }
}
