package dev.whence.data;

import java.io.IOException;
import java.util.Locale;

/** A field of a record as a category. */
final class Categories {
  private Categories() {
  }

  /** Whether the value is missing and something stands in for it. */
  static boolean isMissing(RecordReader reader, int field, Mapping mapping) throws IOException {
    return mapping.imputation() != Mapping.Imputation.NONE
        && (reader.isNull(field) || mapping.isMissing(reader.text(field)));
  }

  /** The category, or what stands in for it; empty where that is not known yet. @throws DataException if it is missing */
  static String text(RecordReader reader, int field, Mapping mapping, int at) throws IOException {
    if (isMissing(reader, field, mapping)) {
      return mapping.fill().isEmpty() ? "" : mapping.fill().get(mapping.fill().size() == 1 ? 0 : at);
    }
    String text = reader.text(field).strip();
    if (text.isEmpty()) {
      throw new DataException(
          "the category is empty; fill it in, or state impute: mode, or impute: constant with fill");
    }
    if (mapping.imputation() == Mapping.Imputation.NONE
        && mapping.missing().contains(text.toLowerCase(Locale.ROOT))
        && mapping.categories().stream().noneMatch(known -> known.contains(text))) {
      throw new DataException("the category '" + text
          + "' looks like a missing value: state impute: mode, or impute: constant with fill, or list it under categories"
          + " if it is one");
    }
    return text;
  }
}
