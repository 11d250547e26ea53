package dev.whence.score;

import dev.whence.run.Provenance;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Collects scores into a matrix in memory outside the heap, which the garbage collector frees. Different rows may be put
 * by different threads; scores never put are absent from the matrix.
 */
public final class ScoreBuilder {
  private final ScoreRows rows;
  private volatile boolean built;

  /** An empty matrix, {@code [targets, sources]}, without standard errors. */
  public ScoreBuilder(Axis targets, Axis sources, Semantics semantics, Provenance provenance) {
    this(targets, sources, semantics, provenance, false);
  }

  /** An empty matrix, {@code [targets, sources]}. */
  public ScoreBuilder(Axis targets, Axis sources, Semantics semantics, Provenance provenance,
      boolean standardErrors) {
    var head = new ScoreHead(targets, sources, semantics, provenance, standardErrors);
    this.rows = new ScoreRows(head, Arena.ofAuto().allocate(Math.max(1, head.size()), 64), _ -> {
    });
    rows.clearErrors();
  }

  /** Sets one score. @throws IllegalArgumentException naming target and source if it is not finite */
  public ScoreBuilder put(int target, int source, float score) {
    checkOpen();
    rows.put(target, source, score);
    return this;
  }

  /** Sets one score and its standard error, which must be >= 0. */
  public ScoreBuilder put(int target, int source, float score, float standardError) {
    checkOpen();
    rows.put(target, source, score);
    rows.putError(target, source, standardError);
    return this;
  }

  /** Sets all scores of a target, {@code [sources]}. @throws IllegalArgumentException as {@link #put} */
  public ScoreBuilder putRow(int target, float[] scores) {
    return putRow(target, MemorySegment.ofArray(scores));
  }

  /** Sets all scores of a target, {@code [sources]} of float32. @throws IllegalArgumentException as {@link #put} */
  public ScoreBuilder putRow(int target, MemorySegment scores) {
    checkOpen();
    int count = rows.sources().size();
    if (scores.byteSize() != 4L * count) {
      throw new IllegalArgumentException(
          "a row must have " + count + " scores, got " + scores.byteSize() / 4 + " for target " + target);
    }
    for (int source = 0; source < count; source++) {
      rows.put(target, source, scores.get(ValueLayout.JAVA_FLOAT_UNALIGNED, 4L * source));
    }
    return this;
  }

  /** Sets all standard errors of a target, {@code [sources]}. */
  public ScoreBuilder putErrors(int target, float[] errors) {
    checkOpen();
    if (errors.length != rows.sources().size()) {
      throw new IllegalArgumentException(
          "a row must have " + rows.sources().size() + " standard errors, got " + errors.length);
    }
    for (int source = 0; source < errors.length; source++) {
      rows.putError(target, source, errors[source]);
    }
    return this;
  }

  /**
   * The matrix; nothing may be put afterwards.
   *
   * @throws IllegalStateException if standard errors were announced and a score has none
   */
  public ScoreMatrix build() {
    built = true;
    rows.requireErrors();
    return rows;
  }

  private void checkOpen() {
    if (built) {
      throw new IllegalStateException("the matrix is built; begin another for more scores");
    }
  }
}
