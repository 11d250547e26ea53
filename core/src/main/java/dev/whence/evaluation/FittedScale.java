package dev.whence.evaluation;

import dev.whence.score.Calibration;
import dev.whence.score.Semantics;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The factor between what a method's scores predict and what was measured.
 *
 * @param slope median over targets of the slope of measured on predicted
 * @param intervals of the median; print the two-level one
 * @param lowerQuartile of the targets' slopes: how far one factor fits them all
 * @param upperQuartile of the targets' slopes
 * @param subsets how many took part
 * @param repeats trainings a subset
 * @param targets how many took part
 * @param constantTargets targets left out because their predictions do not vary
 */
public record FittedScale(double slope, Intervals intervals, double lowerQuartile, double upperQuartile,
    int subsets, int repeats, int targets, int constantTargets) implements Evaluation {
  /** The two-level interval. */
  public Interval interval() {
    return intervals.twoLevel();
  }

  /** Why scores of this meaning are not to be multiplied by the slope, as a phrase; empty where they may be. */
  public Optional<String> obstacle(Semantics semantics) {
    if (!semantics.additive()) {
      return Optional.of("its scores do not add up, only their order means something");
    }
    if (interval().high() < 0) {
      return Optional.of("its scores predicted the opposite of what was measured");
    }
    return interval().low() > 0
        ? Optional.empty()
        : Optional.of("the interval of its slope reaches 0");
  }

  /**
   * The calibration this gives; empty where there is an {@link #obstacle}.
   *
   * @param semantics of the method's own scores
   * @param unit of the measurement
   * @param basis what the slope was fitted on, in words
   */
  public Optional<Calibration> calibration(Semantics semantics, String unit, String basis) {
    return obstacle(semantics).isPresent()
        ? Optional.empty()
        : Optional.of(new Calibration(slope, interval().low(), interval().high(), interval().confidence(),
            unit, basis));
  }

  @Override
  public Map<String, Object> values() {
    var values = new LinkedHashMap<String, Object>();
    values.put("slope", slope);
    values.put("low", interval().low());
    values.put("high", interval().high());
    values.put("intervals", intervals.values());
    values.put("lowerQuartile", lowerQuartile);
    values.put("upperQuartile", upperQuartile);
    values.put("subsets", subsets);
    values.put("repeats", repeats);
    values.put("targets", targets);
    values.put("constantTargets", constantTargets);
    return values;
  }
}
