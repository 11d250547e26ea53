package dev.whence.score;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What a score means. The sign is one for the whole system: positive = proponent, including the source raises the
 * measurement. The size is a claim of its own: a score has a unit only where it was measured, by a {@link Calibration}
 * or by retraining; without one, order and, where scores add up, proportion are all that is said.
 *
 * @param measurement what is attributed, such as {@code margin}
 * @param unit such as {@code nats}; empty where the size of a score was not measured
 * @param additive whether the joint effect of several sources is predicted, up to one factor, by the sum of their scores;
 *     otherwise only ranks mean something
 * @param targetsComparable whether scores of different targets are on one scale
 * @param calibration what gave the scores their unit; empty where nothing did
 */
public record Semantics(String measurement, Optional<String> unit, boolean additive,
    boolean targetsComparable,
    Optional<Calibration> calibration) {
  /** Checks that calibrated scores add up and are in the calibration's unit. */
  public Semantics {
    if (calibration.isPresent() && !(additive && unit.equals(calibration.map(Calibration::unit)))) {
      throw new IllegalArgumentException(
          "calibrated scores must add up and be in the calibration's unit, got additive " + additive
              + " and unit " + unit.orElse("none"));
    }
  }

  /** Scores whose order and proportion mean something: sums of them predict joint effects up to one factor. */
  public static Semantics proportional(String measurement) {
    return new Semantics(measurement, Optional.empty(), true, true, Optional.empty());
  }

  /** Scores of which only the order within a target means something. */
  public static Semantics ordinal(String measurement) {
    return new Semantics(measurement, Optional.empty(), false, false, Optional.empty());
  }

  /** The same scores multiplied by the calibration's scale. @throws IllegalArgumentException unless they add up in no unit */
  Semantics calibrated(Calibration found) {
    if (unit.isPresent()) {
      throw new IllegalArgumentException("the scores are in " + unit.get() + " already");
    }
    return new Semantics(measurement, Optional.of(found.unit()), additive, targetsComparable,
        Optional.of(found));
  }

  /** The unit in a word or two for a table: {@code nats, calibrated}, {@code relative} or {@code order only}. */
  public String scale() {
    return unit.map(name -> calibration.isPresent() ? name + ", calibrated" : name)
        .orElse(additive ? "relative" : "order only");
  }

  /** What may be read from the size of a score, as a sentence without its full stop. */
  public String meaning() {
    return calibration.map(Calibration::meaning)
        .orElseGet(() -> unit.map(name -> "scores are in " + name)
            .orElse(additive
                ? "scores are in relative units: order and proportion mean something, sizes do not"
                : "only the order of the scores means something"));
  }

  /** As maps and numbers, for JSON; {@code unit} and {@code calibration} are null where there is none. */
  public Map<String, Object> values() {
    var values = new LinkedHashMap<String, Object>();
    values.put("measurement", measurement);
    values.put("unit", unit.orElse(null));
    values.put("additive", additive);
    values.put("targetsComparable", targetsComparable);
    values.put("calibration", calibration.map(Calibration::values).orElse(null));
    return values;
  }

  /** Reads what {@link #values} gave. @throws RuntimeException if something is missing or of another type */
  static Semantics of(Map<?, ?> values) {
    return new Semantics((String) ScoreHead.get(values, "measurement"),
        Optional.ofNullable((String) values.get("unit")),
        (Boolean) ScoreHead.get(values, "additive"), (Boolean) ScoreHead.get(values, "targetsComparable"),
        Optional.ofNullable((Map<?, ?>) values.get("calibration")).map(Calibration::of));
  }

  /** Version 1 of the score file named a unit that nobody had measured; it is passed over. */
  static Semantics ofVersionOne(Map<?, ?> values) {
    return new Semantics((String) ScoreHead.get(values, "measurement"), Optional.empty(),
        (Boolean) ScoreHead.get(values, "additive"), (Boolean) ScoreHead.get(values, "targetsComparable"),
        Optional.empty());
  }
}
