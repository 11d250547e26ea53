package dev.whence.study;

import dev.whence.data.Column;
import dev.whence.data.Dataset;
import dev.whence.data.Datasets;
import dev.whence.torch.DType;
import dev.whence.torch.Scope;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What examples look like to a reader: a picture where a column is one, else a row of values. */
record Looks(Dataset data) {
  private static final int VALUES_SHOWN = 16;

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
      Map<String, String> values = new LinkedHashMap<>();
      for (Column column : data.columns()) {
        if (!column.name().equals(Datasets.LABEL)) {
          values.put(column.name(), text(batch.column(column.name()).toDoubles(), column.dtype()));
        }
      }
      return new Report.Content.Row(values);
    }
  }

  private static String text(double[] values, DType dtype) {
    String format = dtype.isFloating() ? "%.4g" : "%.0f";
    var shown = Arrays.stream(values).limit(VALUES_SHOWN)
        .mapToObj(value -> String.format(Locale.ROOT, format, value)).toList();
    return String.join(" ", shown) + (values.length > VALUES_SHOWN ? " … (" + values.length + ")" : "");
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

  private String label(int row) {
    boolean labelled = data.columns().stream().anyMatch(column -> column.name().equals(Datasets.LABEL));
    if (!labelled) {
      return "";
    }
    try (var _ = Scope.open()) {
      double[] values = data.batch(row).column(Datasets.LABEL).toDoubles();
      if (values.length != 1) {
        return text(values, DType.INT64);
      }
      int index = (int) values[0];
      List<String> names = data.classNames();
      boolean named = index == values[0] && index >= 0 && index < names.size();
      return named ? names.get(index) : text(values, index == values[0] ? DType.INT64 : DType.FLOAT32);
    }
  }
}
