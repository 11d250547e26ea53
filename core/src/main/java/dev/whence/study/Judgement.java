package dev.whence.study;

import dev.whence.evaluation.Difference;
import dev.whence.evaluation.Lds;
import dev.whence.evaluation.SubsetTruth;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * How far the methods of a run are to be trusted.
 *
 * @param lds linear datamodeling score by method, in the run file's order
 * @param best the first method of the run file, compared with the best of the others
 * @param baseline the best of the others
 * @param difference the first method's score minus the baseline's, on the same resamples; empty with one method
 * @param truth what the retrained models answered
 */
public record Judgement(Map<String, Lds> lds, String best, Optional<String> baseline,
    Optional<Difference> difference,
    SubsetTruth truth) {
  /** Copies, keeping the order. */
  public Judgement {
    lds = Collections.unmodifiableMap(new LinkedHashMap<>(lds));
  }

  /** As maps and numbers, for JSON. */
  public Map<String, Object> values() {
    var values = new LinkedHashMap<String, Object>();
    var scores = new LinkedHashMap<String, Object>();
    lds.forEach((name, score) -> scores.put(name, brief(score)));
    values.put("lds", scores);
    difference.ifPresent(found -> {
      var entry = new LinkedHashMap<String, Object>(found.values());
      entry.put("of", List.of(best, baseline.orElse("")));
      values.put("difference", entry);
    });
    return values;
  }

  private static Map<String, Object> brief(Lds score) {
    var values = new LinkedHashMap<String, Object>(score.values());
    values.remove("perTarget");
    return values;
  }
}
