package dev.whence.score;

import dev.whence.algebra.TopK;
import dev.whence.run.Provenance;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.OptionalDouble;

/**
 * Scores of sources for targets, always {@code [targets, sources]}; positive = proponent. A score that was not
 * evaluated is absent: asking for it is an error, {@link #has} tells. All scores are finite. Immutable and safe for any
 * thread until closed; reading a damaged file throws {@link java.io.UncheckedIOException}.
 */
public interface ScoreMatrix extends AutoCloseable {
  /** What the rows stand for. */
  Axis targets();

  /** What the columns stand for. */
  Axis sources();

  /** Sign, unit and comparability. */
  Semantics semantics();

  /** How the scores were made. */
  Provenance provenance();

  /** Whether the score was evaluated. @throws IndexOutOfBoundsException outside the axes */
  boolean has(int target, int source);

  /** Whether every score was evaluated. */
  boolean isComplete();

  /**
   * One score.
   *
   * @throws IllegalArgumentException if it was not evaluated
   * @throws IndexOutOfBoundsException outside the axes
   */
  float score(int target, int source);

  /**
   * A target's scores, {@code [sources]}.
   *
   * @throws IllegalArgumentException if one of them was not evaluated
   */
  float[] row(int target);

  /** Whether scores carry standard errors. */
  boolean hasStandardErrors();

  /** The score's standard error; empty if the matrix has none. @throws IllegalArgumentException as {@link #score} */
  OptionalDouble standardError(int target, int source);

  /**
   * The target's k first sources in the order asked for, fewer if fewer were evaluated; of equal scores the lower
   * position comes first.
   */
  default List<Entry> top(int target, int k, Order order) {
    float[] values = new float[sources().size()];
    for (int source = 0; source < values.length; source++) {
      values[source] = has(target, source) ? score(target, source) : 0;
    }
    int[] chosen = switch (order) {
      case PROPONENTS -> TopK.largest(values, k, source -> has(target, source));
      case OPPONENTS -> TopK.smallest(values, k, source -> has(target, source));
    };
    return Arrays.stream(chosen).mapToObj(at -> new Entry(at, sources().ids().get(at), values[at])).toList();
  }

  /**
   * Sum of the scores of some sources, in double precision.
   *
   * @throws IllegalArgumentException if one of them was not evaluated
   */
  default double sum(int target, BitSet subset) {
    return subset.stream().mapToDouble(source -> score(target, source)).sum();
  }

  /**
   * The same scores times a calibration's scale, in its unit; closing either closes both.
   *
   * @throws IllegalArgumentException unless scores are {@link Semantics#additive additive} and not calibrated yet
   */
  default ScoreMatrix calibrated(Calibration calibration) {
    return CalibratedScores.of(this, calibration);
  }

  /** Releases the memory or mapping behind the scores. */
  @Override
  void close();
}
