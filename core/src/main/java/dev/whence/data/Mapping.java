package dev.whence.data;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.stream.DoubleStream;

/**
 * What becomes of a column's values before they are a tensor's numbers. What is left open here, {@link Datasets#fitted} learns
 * from the rows of a data set.
 *
 * @param encoding numbers as they are, or categories as numbers
 * @param categories for each column its categories in the order of their numbers; empty to take those that occur, sorted
 * @param zeros whether a category that is none of these becomes zeros in a one-hot code; otherwise it is an error
 * @param imputation what stands in for a missing value
 * @param fill what stands in for missing values: one for all, or one for each number (each column of categories); empty to learn it
 * @param indicator whether one more number for each says 1 where the value was missing, 0 where it was not
 * @param missing texts that stand for a missing value, besides null and NaN; letter case does not count
 * @param standardized whether numbers become {@code (value − mean) / std}, after imputation
 * @param mean of each number; empty to learn it
 * @param std of each number, over n, 1 where all values are alike; empty to learn it
 */
public record Mapping(Encoding encoding, List<List<String>> categories, boolean zeros, Imputation imputation,
    List<String> fill, boolean indicator, List<String> missing, boolean standardized, List<Double> mean,
    List<Double> std) {
  /** Texts that stand for a missing value unless told otherwise. */
  public static final List<String> MISSING = List.of("", "na", "n/a", "nan", "null", "none", "?");

  /** Numbers as they are. */
  public static final Mapping NONE = new Mapping(Encoding.NUMBER, List.of(), false, Imputation.NONE,
      List.of(),
      false, MISSING, false, List.of(), List.of());

  /** How values become numbers. */
  public enum Encoding {
    /** They are numbers. */
    NUMBER,
    /** As many numbers as there are categories, 1 at the value's own, 0 elsewhere. */
    ONE_HOT,
    /** One number: the category's, from 0. */
    ORDINAL
  }

  /** What stands in for a missing value. */
  public enum Imputation {
    /** Nothing: it is an error. */
    NONE,
    /** The middle value; the mean of the two in the middle. */
    MEDIAN,
    /** The mean. */
    MEAN,
    /** The most frequent value, of several the first. */
    MODE,
    /** A stated value. */
    CONSTANT
  }

  /** Checks and copies. */
  public Mapping {
    Objects.requireNonNull(encoding);
    Objects.requireNonNull(imputation);
    categories = categories.stream().map(List::copyOf).toList();
    fill = List.copyOf(fill);
    missing = missing.stream().map(text -> text.strip().toLowerCase(Locale.ROOT)).toList();
    mean = List.copyOf(mean);
    std = List.copyOf(std);
    boolean numbers = encoding == Encoding.NUMBER;
    check(numbers || !standardized, "standardize is for numbers; leave it out beside encode");
    check(!numbers || categories.isEmpty(), "categories need encode: one-hot or encode: ordinal");
    check(!zeros || encoding == Encoding.ONE_HOT, "unknown: zeros needs encode: one-hot");
    check(numbers || (imputation != Imputation.MEDIAN && imputation != Imputation.MEAN),
        "categories have no median and no mean; state impute: mode or impute: constant");
    check(imputation != Imputation.CONSTANT || !fill.isEmpty(),
        "impute: constant needs fill, the value that stands in");
    check(imputation != Imputation.NONE || (fill.isEmpty() && !indicator),
        "fill and indicator need impute: median, mean, mode or constant");
    check(
        mean.size() == std.size() && DoubleStream.concat(stream(mean), stream(std)).allMatch(Double::isFinite)
            && !std.contains(0.),
        "mean and std must be as many finite numbers, std not 0, got " + mean + " and " + std);
  }

  private static DoubleStream stream(List<Double> values) {
    return values.stream().mapToDouble(Double::doubleValue);
  }

  private static void check(boolean holds, String problem) {
    if (!holds) {
      throw new IllegalArgumentException(problem);
    }
  }

  /** Whether something must be learned from rows first. */
  public boolean isOpen() {
    return (encoding != Encoding.NUMBER && categories.isEmpty())
        || (imputation != Imputation.NONE && fill.isEmpty()) || (standardized && mean.isEmpty());
  }

  /** The same with what was learned. */
  Mapping learned(List<List<String>> found, List<String> filled, List<Double> means, List<Double> stds) {
    return new Mapping(encoding, categories.isEmpty() ? found : categories, zeros, imputation,
        fill.isEmpty() && imputation != Imputation.NONE ? filled : fill, indicator, missing, standardized,
        standardized && mean.isEmpty() ? means : mean, standardized && std.isEmpty() ? stds : std);
  }

  /** Whether the text stands for a missing value, where missing values are imputed. */
  boolean isMissing(String text) {
    return imputation != Imputation.NONE && missing.contains(text.strip().toLowerCase(Locale.ROOT));
  }

  /** As the keys of a run file. */
  Map<String, Object> values() {
    var values = new LinkedHashMap<String, Object>();
    if (encoding != Encoding.NUMBER) {
      values.put("encode", encoding == Encoding.ONE_HOT ? "one-hot" : "ordinal");
      values.put("categories", categories.size() == 1 ? categories.getFirst() : categories);
    }
    if (imputation != Imputation.NONE) {
      values.put("impute", imputation.name().toLowerCase(Locale.ROOT));
      values.put("fill", fill);
      values.put("indicator", indicator);
    }
    if (standardized) {
      values.put("standardize", Map.of("mean", mean, "std", std));
    }
    return values;
  }
}
