package dev.whence.score;

import dev.whence.run.LittleEndian;
import dev.whence.run.Provenance;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Objects;
import java.util.OptionalDouble;
import java.util.function.IntConsumer;

/** Scores in one segment, laid out as {@link ScoreHead} says. */
final class ScoreRows implements ScoreMatrix {
  private final ScoreHead head;
  private final MemorySegment segment;
  private final IntConsumer check;
  private final Runnable closing;

  /** Over the caller's segment; {@code check} is called before a row is read. */
  ScoreRows(ScoreHead head, MemorySegment segment, IntConsumer check) {
    this(head, segment, check, () -> {
    });
  }

  ScoreRows(ScoreHead head, MemorySegment segment, IntConsumer check, Runnable closing) {
    this.head = head;
    this.segment = segment;
    this.check = check;
    this.closing = closing;
  }

  @Override
  public Axis targets() {
    return head.targets();
  }

  @Override
  public Axis sources() {
    return head.sources();
  }

  @Override
  public Semantics semantics() {
    return head.semantics();
  }

  @Override
  public Provenance provenance() {
    return head.provenance();
  }

  @Override
  public boolean has(int target, int source) {
    checkIndices(target, source);
    check.accept(target);
    return covers(target, source);
  }

  @Override
  public boolean isComplete() {
    for (int target = 0; target < targets().size(); target++) {
      if (!isComplete(target)) {
        return false;
      }
    }
    return true;
  }

  @Override
  public float score(int target, int source) {
    if (!has(target, source)) {
      throw absent(target, source);
    }
    return segment.get(LittleEndian.FLOAT, scoreAt(target, source));
  }

  @Override
  public float[] row(int target) {
    Objects.checkIndex(target, targets().size());
    if (!isComplete(target)) {
      for (int source = 0; source < sources().size(); source++) {
        if (!covers(target, source)) {
          throw absent(target, source);
        }
      }
    }
    float[] row = new float[sources().size()];
    MemorySegment.copy(segment, LittleEndian.FLOAT, scoreAt(target, 0), row, 0, row.length);
    return row;
  }

  @Override
  public boolean hasStandardErrors() {
    return head.standardErrors();
  }

  @Override
  public OptionalDouble standardError(int target, int source) {
    if (!has(target, source)) {
      throw absent(target, source);
    }
    return head.standardErrors()
        ? OptionalDouble.of(segment.get(LittleEndian.FLOAT, errorAt(target, source)))
        : OptionalDouble.empty();
  }

  @Override
  public void close() {
    closing.run();
  }

  void put(int target, int source, float score) {
    checkIndices(target, source);
    if (!Float.isFinite(score)) {
      throw new IllegalArgumentException("the score of " + name(target, source) + " is " + score
          + "; scores must be finite: look for a non-finite gradient, or leave the score out");
    }
    segment.set(LittleEndian.FLOAT, scoreAt(target, source), score);
    long at = coverageAt(target, source);
    segment.set(ValueLayout.JAVA_BYTE, at,
        (byte) (segment.get(ValueLayout.JAVA_BYTE, at) | 1 << (source & 7)));
  }

  void putError(int target, int source, float error) {
    checkIndices(target, source);
    if (!head.standardErrors()) {
      throw new IllegalStateException("this matrix was begun without standard errors");
    }
    if (!Float.isFinite(error) || error < 0) {
      throw new IllegalArgumentException(
          "the standard error of " + name(target, source) + " must be finite and >= 0, got " + error);
    }
    segment.set(LittleEndian.FLOAT, errorAt(target, source), error);
  }

  /** Marks every standard error as not put. */
  void clearErrors() {
    if (head.standardErrors()) {
      for (long at = head.errorsAt(); at < head.size(); at += 4) {
        segment.set(LittleEndian.FLOAT, at, Float.NaN);
      }
    }
  }

  void requireErrors() {
    for (int target = 0; head.standardErrors() && target < targets().size(); target++) {
      for (int source = 0; source < sources().size(); source++) {
        if (covers(target, source) && Float.isNaN(segment.get(LittleEndian.FLOAT, errorAt(target, source)))) {
          throw new IllegalStateException("the score of " + name(target, source) + " has no standard error");
        }
      }
    }
  }

  private boolean isComplete(int target) {
    check.accept(target);
    int sources = sources().size();
    long at = coverageAt(target, 0);
    for (int source = 0; source + 8 <= sources; source += 8) {
      if (segment.get(ValueLayout.JAVA_BYTE, at + source / 8) != -1) {
        return false;
      }
    }
    int rest = (1 << (sources & 7)) - 1;
    return rest == 0 || (segment.get(ValueLayout.JAVA_BYTE, at + sources / 8) & rest) == rest;
  }

  private boolean covers(int target, int source) {
    return (segment.get(ValueLayout.JAVA_BYTE, coverageAt(target, source)) >> (source & 7) & 1) != 0;
  }

  private long coverageAt(int target, int source) {
    return target * head.coverageBytes() + source / 8;
  }

  private long scoreAt(int target, int source) {
    return head.scoresAt() + target * head.rowBytes() + 4L * source;
  }

  private long errorAt(int target, int source) {
    return head.errorsAt() + target * head.rowBytes() + 4L * source;
  }

  private void checkIndices(int target, int source) {
    Objects.checkIndex(target, targets().size());
    Objects.checkIndex(source, sources().size());
  }

  private IllegalArgumentException absent(int target, int source) {
    return new IllegalArgumentException(
        "the score of " + name(target, source) + " was not evaluated; ask has(target, source) first");
  }

  private String name(int target, int source) {
    return "source '" + sources().ids().get(source) + "' for target '" + targets().ids().get(target) + "'";
  }
}
