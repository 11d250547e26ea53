package dev.whence.data;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/** Turns the values of a part's fields into numbers, record by record, by a mapping of which nothing is open. */
final class PartIngest {
  private final Mapping mapping;
  private final List<Integer> fields;
  private final List<Map<String, Integer>> codes = new ArrayList<>();
  private final List<Double> fills = new ArrayList<>();
  private final Numbers scratch;
  private final FieldKinds kinds;
  private boolean begun;

  PartIngest(Part part, List<Integer> fields, int capacity) throws DataException {
    this.mapping = part.mapping();
    this.fields = fields;
    this.scratch = new Numbers(false, List.of(), capacity, mapping);
    this.kinds = new FieldKinds(fields.size());
    for (List<String> categories : mapping.categories()) {
      var numbered = new HashMap<String, Integer>();
      categories.forEach(category -> numbered.put(WholeNumbers.canonical(category), numbered.size()));
      codes.add(numbered);
    }
    if (mapping.encoding() == Mapping.Encoding.NUMBER) {
      for (String fill : mapping.fill()) {
        var number = new Numbers(false, List.of(), 1);
        Decimals.parse(fill.strip(), number);
        fills.add(number.doubleAt(0));
      }
    } else if (codes.size() != fields.size()) {
      throw new DataException(
          "categories are stated for " + codes.size() + " columns, but there are " + fields.size());
    }
  }

  List<Integer> fields() {
    return fields;
  }

  /** Adds the numbers of the reader's current record. @throws DataException at the field */
  void take(RecordReader reader, Numbers into) throws IOException {
    var absent = new ArrayList<Boolean>();
    for (int at = 0; at < fields.size(); at++) {
      try {
        if (mapping.encoding() == Mapping.Encoding.NUMBER) {
          numbers(reader, at, into, absent);
        } else {
          category(reader, at, into, absent);
        }
      } catch (DataException e) {
        throw advised(e.at(reader.place(fields.get(at))), reader, fields.get(at));
      }
    }
    begun = true;
    for (boolean missing : absent) {
      if (mapping.indicator()) {
        into.add(missing ? 1L : 0L);
      }
    }
  }

  /** A text where a number is wanted, in the first record: then the whole column is of another kind. */
  private DataException advised(DataException e, RecordReader reader, int field) throws IOException {
    return begun || mapping.encoding() != Mapping.Encoding.NUMBER ? e : TextAdvice.added(e, reader, field);
  }

  private void numbers(RecordReader reader, int at, Numbers into, List<Boolean> absent) throws IOException {
    scratch.clear();
    reader.numbers(fields.get(at), scratch);
    kinds.take(at, scratch.size(), scratch.truths());
    for (int i = 0; i < scratch.size(); i++) {
      double value = scratch.doubleAt(i);
      int element = absent.size();
      boolean missing = Double.isNaN(value);
      absent.add(missing);
      double present = missing ? of(fills, element, "fill") : value;
      into.add(mapping.standardized()
          ? (present - of(mapping.mean(), element, "mean")) / of(mapping.std(), element, "std")
          : present);
    }
  }

  private static double of(List<Double> values, int element, String what) throws DataException {
    if (values.size() > 1 && element >= values.size()) {
      throw new DataException("holds more numbers than " + what + " has entries, " + values.size()
          + "; mend the value, or give one entry for each number");
    }
    return values.get(values.size() == 1 ? 0 : element);
  }

  private void category(RecordReader reader, int at, Numbers into, List<Boolean> absent) throws IOException {
    String text = Categories.text(reader, fields.get(at), mapping, at);
    absent.add(Categories.isMissing(reader, fields.get(at), mapping));
    Map<String, Integer> numbered = codes.get(at);
    Integer code = numbered.get(WholeNumbers.canonical(text));
    if (code == null && !mapping.zeros()) {
      throw new DataException(Keys.unknown("unknown category", text, numbered.keySet())
          + "; mend it, state all categories"
          + (mapping.encoding() == Mapping.Encoding.ONE_HOT
              ? ", or unknown: zeros for a code of zeros"
              : ""));
    }
    if (mapping.encoding() == Mapping.Encoding.ORDINAL) {
      into.add(code == null ? 0L : code.longValue());
      return;
    }
    for (int i = 0; i < numbered.size(); i++) {
      into.add(code != null && code == i ? 1L : 0L);
    }
  }

  /**
   * What the numbers of one record are, where the file's columns give one value each.
   *
   * @param first where they begin in the tensor's column
   */
  List<Feature> features(List<String> fieldNames, int first) {
    var features = new ArrayList<Feature>();
    boolean coded = mapping.encoding() == Mapping.Encoding.ONE_HOT;
    int indicators = first + (coded ? codes.stream().mapToInt(Map::size).sum() : fields.size());
    int next = first;
    for (int at = 0; at < fields.size(); at++) {
      List<String> categories = mapping.categories().isEmpty() ? List.of() : mapping.categories().get(at);
      features.add(new Feature(fieldNames.get(fields.get(at)), next, categories, coded,
          mapping.standardized() ? one(mapping.mean(), at) : 0,
          mapping.standardized() ? one(mapping.std(), at) : 1,
          mapping.indicator() ? OptionalInt.of(indicators + at) : OptionalInt.empty()));
      next += coded ? categories.size() : 1;
    }
    return features;
  }

  private static double one(List<Double> values, int at) {
    return values.get(values.size() == 1 ? 0 : at);
  }

  /** Names for the numbers of one record, where the file's columns give one number each. */
  List<String> names(List<String> fieldNames) {
    var names = new ArrayList<String>();
    var missing = new ArrayList<String>();
    for (int at = 0; at < fields.size(); at++) {
      String name = fieldNames.get(fields.get(at));
      if (mapping.encoding() == Mapping.Encoding.ONE_HOT) {
        mapping.categories().get(at).forEach(category -> names.add(name + "=" + category));
      } else {
        names.add(name);
      }
      missing.add(name + " missing");
    }
    if (mapping.indicator()) {
      names.addAll(missing);
    }
    return names;
  }
}
