package dev.whence.data;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Learns from records what a part's mapping leaves open. */
final class PartStatistics {
  private static final int MOST = 1 << 16;

  private final Part part;
  private final List<Integer> fields;
  private final MemoryBudget budget;
  private final Numbers scratch;
  private final List<ElementStatistics> elements = new ArrayList<>();
  private final List<Map<String, Long>> counts = new ArrayList<>();
  private boolean begun;

  PartStatistics(Part part, List<Integer> fields, MemoryBudget budget, int capacity) {
    this.part = part;
    this.fields = fields;
    this.budget = budget;
    this.scratch = new Numbers(false, List.of(), capacity, part.mapping());
    fields.forEach(_ -> counts.add(new HashMap<>()));
  }

  List<Integer> fields() {
    return fields;
  }

  /** Takes the reader's current record. @throws DataException at the field */
  void take(RecordReader reader) throws IOException {
    int element = 0;
    for (int at = 0; at < fields.size(); at++) {
      try {
        if (part.mapping().encoding() != Mapping.Encoding.NUMBER) {
          count(Categories.text(reader, fields.get(at), part.mapping(), at), counts.get(at));
          continue;
        }
        scratch.clear();
        reader.numbers(fields.get(at), scratch);
        for (int i = 0; i < scratch.size(); i++, element++) {
          if (element == elements.size()) {
            elements.add(new ElementStatistics(part.mapping().imputation(), budget));
          }
          elements.get(element).take(scratch.doubleAt(i));
        }
      } catch (DataException e) {
        DataException placed = e.at(reader.place(fields.get(at)));
        boolean number = part.mapping().encoding() == Mapping.Encoding.NUMBER;
        throw number && !begun ? TextAdvice.added(placed, reader, fields.get(at)) : placed;
      }
    }
    begun = true;
  }

  private void count(String text, Map<String, Long> seen) throws DataException {
    String category = WholeNumbers.canonical(text);
    if (category.isEmpty()) {
      return; // missing, and what stands in is still to be learned
    }
    if (!seen.containsKey(category)) {
      if (seen.size() == MOST) {
        throw new DataException(
            "more than " + MOST + " different categories; this looks like an id or a text");
      }
      budget.take(category);
    }
    seen.merge(category, 1L, Long::sum);
  }

  /** The part with nothing open. @throws DataException if there was nothing to learn from */
  Part learned(List<String> names) throws DataException {
    if (part.mapping().encoding() != Mapping.Encoding.NUMBER) {
      var fill = new ArrayList<String>();
      for (int at = 0; at < fields.size(); at++) {
        fill.add(mode(counts.get(at), names.get(fields.get(at))));
      }
      List<List<String>> found = counts.stream().map(PartStatistics::sorted).toList();
      return new Part(part.from(), part.mapping().learned(found, fill, List.of(), List.of()));
    }
    var fill = new ArrayList<String>();
    var mean = new ArrayList<Double>();
    var std = new ArrayList<Double>();
    List<String> stated = part.mapping().fill();
    for (int i = 0; i < elements.size(); i++) {
      String own = stated.isEmpty()
          ? Double.toString(elements.get(i).fill(part.from().toString()))
          : stated.get(stated.size() == 1 ? 0 : Math.min(i, stated.size() - 1));
      fill.add(own);
      double[] moments = elements.get(i).moments(Double.parseDouble(own));
      mean.add(moments[0]);
      std.add(moments[1]);
    }
    return new Part(part.from(), part.mapping().learned(List.of(), fill, mean, std));
  }

  private static String mode(Map<String, Long> counts, String name) throws DataException {
    String most = null;
    for (String category : sorted(counts)) {
      if (most == null || counts.getOrDefault(category, 0L) > counts.getOrDefault(most, 0L)) {
        most = category;
      }
    }
    if (most == null) {
      throw new DataException("the column '" + name + "' has no value in any row; leave it out");
    }
    return most;
  }

  /** Numbers by size, anything else by its letters. */
  private static List<String> sorted(Map<String, Long> counts) {
    boolean whole = counts.keySet().stream().allMatch(category -> WholeNumbers.of(category).isPresent());
    Comparator<String> order = whole
        ? Comparator.comparing(category -> WholeNumbers.of(category).orElseThrow())
        : Comparator.naturalOrder();
    return counts.keySet().stream().sorted(order).toList();
  }
}
