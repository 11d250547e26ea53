package dev.whence.evaluation;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * How well suspicion finds label errors.
 *
 * @param auroc area under the ROC curve, 0.5 for chance
 * @param averagePrecision area under the precision–recall curve, the share of errors for chance
 * @param recall share of the errors found by inspected fraction
 * @param mislabelled number of errors
 * @param examples number of examples
 */
public record Mislabels(double auroc, double averagePrecision, List<Recall> recall, int mislabelled,
    int examples)
    implements
      Evaluation {
  /** Copies. */
  public Mislabels {
    recall = List.copyOf(recall);
  }

  /**
   * A point of the curve.
   *
   * @param fraction of the examples inspected, most suspicious first
   * @param found fraction of the errors among them
   */
  public record Recall(double fraction, double found) {
  }

  @Override
  public Map<String, Object> values() {
    var values = new LinkedHashMap<String, Object>();
    values.put("auroc", auroc);
    values.put("averagePrecision", averagePrecision);
    var curve = new LinkedHashMap<String, Object>();
    recall.forEach(point -> curve.put(Double.toString(point.fraction()), point.found()));
    values.put("recall", curve);
    values.put("mislabelled", mislabelled);
    values.put("examples", examples);
    return values;
  }
}
