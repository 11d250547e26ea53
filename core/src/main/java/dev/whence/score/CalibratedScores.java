package dev.whence.score;

import dev.whence.run.Provenance;
import java.util.OptionalDouble;

/**
 * Another matrix times its calibration's scale; closing it closes the other.
 *
 * @param raw the method's own scores
 * @param calibration their scale
 * @param semantics of the calibrated scores
 */
record CalibratedScores(ScoreMatrix raw, Calibration calibration, Semantics semantics)
    implements
      ScoreMatrix {
  static ScoreMatrix of(ScoreMatrix raw, Calibration calibration) {
    return new CalibratedScores(raw, calibration, raw.semantics().calibrated(calibration));
  }

  @Override
  public Axis targets() {
    return raw.targets();
  }

  @Override
  public Axis sources() {
    return raw.sources();
  }

  @Override
  public Provenance provenance() {
    return raw.provenance();
  }

  @Override
  public boolean has(int target, int source) {
    return raw.has(target, source);
  }

  @Override
  public boolean isComplete() {
    return raw.isComplete();
  }

  @Override
  public float score(int target, int source) {
    return scaled(raw.score(target, source), target, source);
  }

  @Override
  public float[] row(int target) {
    float[] row = raw.row(target);
    for (int source = 0; source < row.length; source++) {
      row[source] = scaled(row[source], target, source);
    }
    return row;
  }

  private float scaled(float score, int target, int source) {
    float scaled = (float) (score * calibration.scale());
    if (!Float.isFinite(scaled)) {
      throw new IllegalStateException("the score of source '" + sources().ids().get(source) + "' for target '"
          + targets().ids().get(target) + "', " + score + ", times " + calibration.scale()
          + " is no finite number");
    }
    return scaled;
  }

  @Override
  public boolean hasStandardErrors() {
    return raw.hasStandardErrors();
  }

  @Override
  public OptionalDouble standardError(int target, int source) {
    OptionalDouble error = raw.standardError(target, source);
    return error.isPresent() ? OptionalDouble.of((float) (error.getAsDouble() * calibration.scale())) : error;
  }

  @Override
  public void close() {
    raw.close();
  }
}
