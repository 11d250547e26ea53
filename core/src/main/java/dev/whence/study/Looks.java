package dev.whence.study;

import dev.whence.data.Batch;
import dev.whence.data.Column;
import dev.whence.data.Dataset;
import dev.whence.data.Datasets;
import dev.whence.data.Feature;
import dev.whence.data.Label;
import dev.whence.torch.Scope;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** What examples look like to a reader: a picture where a column is one, else their text, else a row of values. */
record Looks(Dataset data) {
  private static final int VALUES_SHOWN = 16;
  private static final int NAMED_VALUES_SHOWN = 32;

  Report.Example example(int row) {
    return new Report.Example(data.id(row), label(row), content(row));
  }

  private Report.Content content(int row) {
    try (var _ = Scope.open()) {
      var batch = data.batch(row);
      for (Column column : data.columns()) {
        if (isPicture(column)) {
          return new Report.Content.Picture(picture(column, batch.column(column.name()).toFloats()));
        }
      }
      return data.text(row).<Report.Content>map(Report.Content.Passage::new)
          .orElseGet(() -> new Report.Content.Row(values(batch)));
    }
  }

  private Map<String, String> values(Batch batch) {
    var values = new LinkedHashMap<String, String>();
    for (Column column : data.columns()) {
      if (!column.name().equals(Datasets.LABEL)) {
        double[] numbers = data.inOwnUnits(column.name(), batch.column(column.name()).toDoubles());
        List<Feature> features = data.features(column.name());
        boolean mapped = features.size() < numbers.length
            || features.stream().anyMatch(Feature::isCategory);
        boolean named = mapped || numbers.length == 1 || !data.elementNames(column.name()).isEmpty();
        if (!named || features.size() > NAMED_VALUES_SHOWN) {
          values.put(column.name(), text(features.stream().mapToDouble(one -> one.value(numbers)).toArray()));
        } else {
          features.forEach(one -> values.put(one.name(), text(one, one.value(numbers))));
        }
      }
    }
    return values;
  }

  /** A value of a feature, in the file's words. */
  static String text(Feature feature, double value) {
    return feature.word(value).orElseGet(() -> text(value));
  }

  /** The first few values, and how many there are. */
  static String text(double... values) {
    String shown = Arrays.stream(values).limit(VALUES_SHOWN).mapToObj(Looks::text)
        .collect(Collectors.joining(" "));
    return shown + (values.length > VALUES_SHOWN ? " … (" + values.length + ")" : "");
  }

  /** Whole numbers whole, others with four significant digits and no zeros at the end. */
  private static String text(double value) {
    double size = Math.abs(value);
    if (value == Math.rint(value) && size < 1e9) {
      return String.format(Locale.ROOT, "%.0f", value);
    }
    if (size < 1e-4 || size >= 1e9) {
      return String.format(Locale.ROOT, "%.3e", value);
    }
    int decimals = Math.max(0, 3 - (int) Math.floor(Math.log10(size)));
    String text = String.format(Locale.ROOT, "%." + decimals + "f", value);
    return decimals == 0 ? text : text.replaceAll("\\.?0+$", "");
  }

  private static Pixels picture(Column column, float[] values) {
    List<Long> shape = column.shape();
    return Pixels.ofPlanes(values, Math.toIntExact(shape.get(0)), Math.toIntExact(shape.get(1)),
        Math.toIntExact(shape.get(2)));
  }

  private static boolean isPicture(Column column) {
    List<Long> shape = column.shape();
    return column.dtype().isFloating() && shape.size() == 3 && (shape.get(0) == 1 || shape.get(0) == 3)
        && shape.get(1) > 1 && shape.get(2) > 1;
  }

  private boolean isSequence() {
    return Labels.column(data).filter(column -> !column.dtype().isFloating()).isPresent();
  }

  /** The label in words; empty for none, and for a sequence. */
  String label(int row) {
    boolean labelled = data.columns().stream().anyMatch(column -> column.name().equals(Datasets.LABEL));
    if (!labelled) {
      return "";
    }
    try (var _ = Scope.open()) {
      double[] values = data.batch(row).column(Datasets.LABEL).toDoubles();
      if (values.length != 1 && isSequence()) {
        return ""; // a row of ids says nothing to a reader
      }
      if (values.length != 1) {
        return text(Arrays.stream(values).filter(value -> value != Label.IGNORED).toArray());
      }
      int index = (int) values[0];
      List<String> names = data.classNames();
      boolean named = index == values[0] && index >= 0 && index < names.size();
      return named ? names.get(index) : text(values);
    }
  }
}
