package dev.whence.data;

import dev.whence.torch.Tensor;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Some rows of a data set as tensors, one per column, the first axis counting examples. The tensors belong to the scope
 * in which the batch was made.
 */
public final class Batch {
  private final long[] rows;
  private final Map<String, Tensor> columns;

  /** Rows of the data set and their values, {@code [rows.length, …]} each. */
  public Batch(long[] rows, Map<String, Tensor> columns) {
    this.rows = rows.clone();
    this.columns = new LinkedHashMap<>(columns);
    columns.forEach((name, tensor) -> {
      if (tensor.rank() == 0 || tensor.size(0) != rows.length) {
        throw new IllegalArgumentException(
            "column '" + name + "' must have " + rows.length + " rows, got " + tensor);
      }
    });
  }

  /** Number of examples, b. */
  public int size() {
    return rows.length;
  }

  /** The examples' rows in their data set. */
  public long[] rows() {
    return rows.clone();
  }

  /** Some examples by their positions in this batch, in that order; tensors belong to the caller's scope. */
  public Batch select(long... positions) {
    var some = new long[positions.length];
    for (int i = 0; i < some.length; i++) {
      some[i] = rows[Math.toIntExact(positions[i])];
    }
    Tensor index = Tensor.of(positions, positions.length);
    var picked = new LinkedHashMap<String, Tensor>();
    columns.forEach((name, tensor) -> picked.put(name, tensor.indexSelect(0, index)));
    return new Batch(some, picked);
  }

  /** Whether there is a column of that name. */
  public boolean has(String name) {
    return columns.containsKey(name);
  }

  /** The column's values, {@code [b, …]}. @throws IllegalArgumentException naming the known columns */
  public Tensor column(String name) {
    Tensor found = columns.get(name);
    if (found == null) {
      throw new IllegalArgumentException("no column '" + name + "'; known: " + columns.keySet());
    }
    return found;
  }
}
