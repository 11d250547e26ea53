package dev.whence.study;

import dev.whence.algebra.Quantile;
import dev.whence.data.Dataset;
import dev.whence.data.Label;
import dev.whence.run.Seeds;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * How good the models are on labelled examples: what their explanations are worth starts here. Intervals are of 95 %, over
 * examples.
 *
 * @param data which examples: {@code training} or {@code targets}
 * @param examples how many were asked about
 * @param models how many models answered; the loss is their mean, the measure that of their averaged prediction
 * @param loss mean over examples of the loss the models were trained on, summed over an example's positions
 * @param measure {@code accuracy} (of classes, positions or outputs that are right) or {@code R²}
 * @param value of the measure; empty where it has none, as R² of equal labels
 * @param trivial what a constant answer reaches: the share of the commonest label; 0 for R²
 */
public record Quality(String data, int examples, int models, Report.Estimate loss, String measure,
    Optional<Report.Estimate> value, double trivial) {
  private static final int RESAMPLES = 1000;
  private static final double Z = 1.959964;
  private static final long STREAM = 0x7175616cL; // "qual": apart from other draws of the same seed

  /**
   * Quality by what the models answered; empty where the examples have no labels.
   *
   * @param asked the examples, as they were asked about
   */
  static Optional<Quality> of(String data, Dataset asked, Answers answers, Label.Kind kind, int models) {
    if (answers.of(Answers.LOSS, 0).isEmpty()) {
      return Optional.empty();
    }
    int size = answers.size();
    double[] losses = IntStream.range(0, size)
        .mapToDouble(row -> answers.of(Answers.LOSS, row).orElseThrow()[0])
        .toArray();
    double[][] labels = IntStream.range(0, size).mapToObj(row -> Labels.of(asked, row))
        .toArray(double[][]::new);
    double[][] predicted = IntStream.range(0, size)
        .mapToObj(row -> answers.of(Answers.PREDICTED, row).orElseThrow()).toArray(double[][]::new);
    Report.Estimate loss = interval(ones(losses), resamples(size));
    return Optional.of(kind == Label.Kind.NUMBER
        ? new Quality(data, size, models, loss, "R²", determination(labels, predicted), 0)
        : new Quality(data, size, models, loss, "accuracy", Optional.of(accuracy(labels, predicted)),
            commonest(labels)));
  }

  /** As numbers and texts, for JSON. */
  public Map<String, Object> values() {
    var values = new LinkedHashMap<String, Object>();
    values.put("examples", examples);
    values.put("models", models);
    values.put("loss", values(loss));
    value.ifPresent(found -> values.put(measure.equals("R²") ? "r2" : measure, values(found)));
    return values;
  }

  private static Map<String, Object> values(Report.Estimate estimate) {
    var values = new LinkedHashMap<String, Object>();
    values.put("mean", estimate.mean());
    values.put("low", estimate.low());
    values.put("high", estimate.high());
    return values;
  }

  /** Numerators and denominators of one value an example. */
  private static double[][] ones(double[] values) {
    return Arrays.stream(values).mapToObj(value -> new double[]{value, 1}).toArray(double[][]::new);
  }

  private static int[][] resamples(int size) {
    var random = new SplittableRandom(Seeds.derive(0, STREAM));
    return IntStream.range(0, RESAMPLES).mapToObj(_ -> random.ints(size, 0, size).toArray())
        .toArray(int[][]::new);
  }

  /** Σ of the first over Σ of the second, with the percentiles of its resamples. */
  private static Report.Estimate interval(double[][] parts, int[][] resamples) {
    double mean = ratio(parts, IntStream.range(0, parts.length).toArray());
    double[] sorted = Arrays.stream(resamples).mapToDouble(rows -> ratio(parts, rows)).sorted().toArray();
    return new Report.Estimate(mean, Math.min(mean, Quantile.of(sorted, .025)),
        Math.max(mean, Quantile.of(sorted, .975)));
  }

  private static double ratio(double[][] parts, int[] rows) {
    double above = 0;
    double below = 0;
    for (int row : rows) {
      above += parts[row][0];
      below += parts[row][1];
    }
    return below == 0 ? 0 : above / below;
  }

  private static Report.Estimate accuracy(double[][] labels, double[][] predicted) {
    double[][] parts = new double[labels.length][];
    boolean single = true;
    for (int row = 0; row < parts.length; row++) {
      int[] counted = counted(labels[row]);
      double[] label = labels[row];
      double[] answer = predicted[row];
      parts[row] = new double[]{
          Arrays.stream(counted).filter(at -> Math.rint(label[at]) == answer[at]).count(), counted.length};
      single &= counted.length == 1;
    }
    return single ? wilson(parts) : interval(parts, resamples(parts.length));
  }

  private static int[] counted(double[] label) {
    return IntStream.range(0, label.length).filter(at -> label[at] != Label.IGNORED).toArray();
  }

  /** Wilson's score interval, which is right near none and all, too. */
  private static Report.Estimate wilson(double[][] parts) {
    double n = parts.length;
    double share = Arrays.stream(parts).mapToDouble(part -> part[0]).sum() / n;
    double centre = (share + Z * Z / (2 * n)) / (1 + Z * Z / n);
    double half = Z / (1 + Z * Z / n) * Math.sqrt(share * (1 - share) / n + Z * Z / (4 * n * n));
    return new Report.Estimate(share, Math.max(0, Math.min(share, centre - half)),
        Math.min(1, Math.max(share, centre + half)));
  }

  private static double commonest(double[][] labels) {
    var counts = new LinkedHashMap<Double, Integer>();
    Arrays.stream(labels).flatMapToDouble(Arrays::stream).filter(label -> label != Label.IGNORED)
        .forEach(label -> counts.merge(Math.rint(label), 1, Integer::sum));
    double all = counts.values().stream().mapToInt(Integer::intValue).sum();
    return counts.values().stream().mapToInt(Integer::intValue).max().orElse(0) / Math.max(1, all);
  }

  /** 1 − Σ(y − ŷ)²/Σ(y − ȳ)², each output against its own mean. */
  private static Optional<Report.Estimate> determination(double[][] labels, double[][] predicted) {
    double[] means = new double[labels[0].length];
    Arrays.setAll(means, at -> Arrays.stream(labels).mapToDouble(label -> label[at]).average().orElse(0));
    double[][] parts = new double[labels.length][2];
    for (int row = 0; row < parts.length; row++) {
      for (int at = 0; at < means.length; at++) {
        parts[row][0] += Math.pow(labels[row][at] - predicted[row][at], 2);
        parts[row][1] += Math.pow(labels[row][at] - means[at], 2);
      }
    }
    if (Arrays.stream(parts).mapToDouble(part -> part[1]).sum() == 0) {
      return Optional.empty();
    }
    Report.Estimate unexplained = interval(parts, resamples(parts.length));
    return Optional
        .of(new Report.Estimate(1 - unexplained.mean(), 1 - unexplained.high(), 1 - unexplained.low()));
  }
}
