package dev.whence.study;

import dev.whence.evaluation.Mislabels;
import dev.whence.run.Csv;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Training examples by how much their labels are suspected.
 *
 * @param method whose self-influence is among the measures
 * @param models how many models the measures are averaged over
 * @param origin where known errors come from, in words; empty where none are known
 * @param flipped whether the known errors were made on purpose, so that the labels are not the data's own
 * @param found how well each measure, and their mean rank, finds the known errors; empty where none are known
 * @param list every training example, the most suspected first: by the mean of its ranks
 */
public record Suspects(String method, int models, String origin, boolean flipped,
    Map<String, Mislabels> found,
    List<Suspect> list) {
  /** The measure a list is sorted by. */
  public static final String MEAN_RANK = "mean rank";

  /** Copies, keeping the order. */
  public Suspects {
    found = Collections.unmodifiableMap(new LinkedHashMap<>(found));
    list = List.copyOf(list);
  }

  /**
   * One training example.
   *
   * @param row in the training data
   * @param id the name a user knows it by
   * @param label its label in words
   * @param guess what the models say instead, in words; empty where that is too long to say
   * @param measures name → value and rank: self-influence, loss and, for classes, margin
   * @param wrong whether its label is known to be wrong; false where nothing is known
   */
  public record Suspect(int row, String id, String label, String guess, Map<String, Measure> measures,
      boolean wrong) {
    /** Copies, keeping the order. */
    public Suspect {
      measures = Collections.unmodifiableMap(new LinkedHashMap<>(measures));
    }

    /** Mean of the ranks. */
    public double meanRank() {
      return measures.values().stream().mapToInt(Measure::rank).average().orElse(0);
    }
  }

  /**
   * A measure of one example.
   *
   * @param value such as the loss in nats
   * @param rank 1 for the most suspicious
   */
  public record Measure(double value, int rank) {
  }

  /** As maps and numbers, for JSON: the first so many. */
  public Map<String, Object> values(int count) {
    var values = new LinkedHashMap<String, Object>();
    values.put("method", method);
    values.put("models", models);
    values.put("examples", list.size());
    values.put("origin", origin.isEmpty() ? null : origin);
    values.put("flipped", flipped);
    var known = new LinkedHashMap<String, Object>();
    found.forEach((name, mislabels) -> known.put(name, mislabels.values()));
    values.put("found", known);
    values.put("suspects", list.stream().limit(count).map(this::values).toList());
    return values;
  }

  private Map<String, Object> values(Suspect suspect) {
    var values = new LinkedHashMap<String, Object>();
    values.put("row", suspect.row());
    values.put("id", suspect.id());
    values.put("label", suspect.label());
    values.put("guess", suspect.guess());
    values.put("meanRank", suspect.meanRank());
    var measures = new LinkedHashMap<String, Object>();
    suspect.measures().forEach((name, measure) -> {
      var entry = new LinkedHashMap<String, Object>();
      entry.put("value", measure.value());
      entry.put("rank", measure.rank());
      measures.put(name, entry);
    });
    values.put("measures", measures);
    if (!origin.isEmpty()) {
      values.put("wrong", suspect.wrong());
    }
    return values;
  }

  /** All of them as CSV: position, row, id, label, guess, each measure with its rank and, where errors are known, whether it is one. */
  public String csv() {
    var header = new ArrayList<>(List.of("position", "row", "id", "label", "guess", "mean-rank"));
    list.getFirst().measures().keySet().forEach(name -> {
      header.add(name);
      header.add(name + "-rank");
    });
    if (!origin.isEmpty()) {
      header.add("wrong");
    }
    var text = new StringBuilder(Csv.line(header)).append('\n');
    for (int i = 0; i < list.size(); i++) {
      text.append(Csv.line(cells(i + 1, list.get(i)))).append('\n');
    }
    return text.toString();
  }

  private List<String> cells(int position, Suspect suspect) {
    var cells = new ArrayList<>(List.of(Integer.toString(position), Integer.toString(suspect.row()),
        suspect.id(), suspect.label(), suspect.guess(), Double.toString(suspect.meanRank())));
    suspect.measures().values().forEach(measure -> {
      cells.add(Double.toString(measure.value()));
      cells.add(Integer.toString(measure.rank()));
    });
    if (!origin.isEmpty()) {
      cells.add(suspect.wrong() ? "1" : "0");
    }
    return cells;
  }
}
