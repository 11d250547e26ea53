package dev.whence.benchmarks;

import static java.util.Objects.requireNonNull;

import dev.whence.gradient.Featurizer;
import dev.whence.gradient.projection.ProjectionKind.TwoSided;
import dev.whence.gradient.projection.ProjectionSpec;
import dev.whence.torch.Scope;
import dev.whence.torch.Threads;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/**
 * Projected gradients of every parameter against a plain forward and backward pass of the same batch, one thread. Times
 * are taken in turns in one process, and the median of the rounds' ratios is told; memory is each one's peak beyond the
 * loaded model, in a process of its own.
 */
final class Featurize {
  private static final int EXAMPLES = 32;
  private static final int WARM_UP = 4;
  private static final int ROUNDS = 11;
  private static final int[] SIDES = {16, 32, 64};

  private final Path models;
  private final PrintStream out;

  Featurize(Path models, PrintStream out) {
    this.models = models;
    this.out = out;
  }

  /** Measures both models and prints a table and, as the last line, the figures for 16 by 16 columns as JSON. */
  void run() throws IOException, InterruptedException {
    Threads.setIntraOp(1);
    out.printf(Locale.ROOT, "%-8s %7s %8s %11s %11s %7s %13s %8s%n", "model", "sides", "columns", "plain ms",
        "features ms", "ratio", "(quartiles)", "memory");
    var figures = new LinkedHashMap<String, String>();
    for (String model : List.of("resnet9", "gpt")) {
      figures.put(model, measure(model));
    }
    out.println("{" + String.join(", ", figures.entrySet().stream()
        .map(entry -> "\"" + entry.getKey() + "\": " + entry.getValue()).toList()) + "}");
  }

  private String measure(String model) throws IOException, InterruptedException {
    long plainMemory = Memory.inOwnProcess(List.of("memory", models.toString(), model, "0"));
    String figures = "";
    try (var workload = new Workload(models, model, EXAMPLES)) {
      Map<Integer, Featurizer> featurizers = new LinkedHashMap<>();
      for (int side : SIDES) {
        featurizers.put(side, featurizer(workload, side));
      }
      Map<Integer, List<double[]>> rounds = rounds(workload, featurizers);
      for (int side : SIDES) {
        long memory = Memory
            .inOwnProcess(List.of("memory", models.toString(), model, Integer.toString(side)));
        var line = new Line(model, side, requireNonNull(featurizers.get(side)).columns(),
            requireNonNull(rounds.get(side)),
            (double) memory / plainMemory);
        out.println(line.text());
        figures = side == SIDES[0] ? line.json() : figures;
      }
      featurizers.values().forEach(Featurizer::close);
    }
    return figures;
  }

  private static Featurizer featurizer(Workload workload, int side) {
    return new Featurizer(workload.gradients(), new ProjectionSpec(new TwoSided(side, side), 0));
  }

  /** Side → milliseconds of the plain pass and of the features, round by round; the first rounds warm up. */
  private static Map<Integer, List<double[]>> rounds(Workload workload,
      Map<Integer, Featurizer> featurizers) {
    var rounds = new LinkedHashMap<Integer, List<double[]>>();
    for (int round = -WARM_UP; round < ROUNDS; round++) {
      double plain = milliseconds(() -> workload.plain(EXAMPLES));
      for (Map.Entry<Integer, Featurizer> each : featurizers.entrySet()) {
        double features = milliseconds(() -> features(workload, each.getValue(), EXAMPLES));
        if (round >= 0) {
          rounds.computeIfAbsent(each.getKey(), _ -> new ArrayList<>()).add(new double[]{plain, features});
        }
      }
    }
    return rounds;
  }

  private static void features(Workload workload, Featurizer featurizer, int examples) {
    try (var _ = Scope.open()) {
      featurizer.features(workload.state(), workload.batch(examples));
    }
  }

  private static double milliseconds(Runnable action) {
    long start = System.nanoTime();
    action.run();
    return (System.nanoTime() - start) / 1e6;
  }

  /** The peak of one kind of pass in kB: of the plain one if the side is 0. */
  static long memory(Path models, String model, int side) throws IOException {
    Threads.setIntraOp(1);
    try (var workload = new Workload(models, model, EXAMPLES)) {
      if (side == 0) {
        workload.plain(2);
        return Memory.peak(() -> workload.plain(EXAMPLES));
      }
      try (Featurizer featurizer = featurizer(workload, side)) {
        features(workload, featurizer, 2);
        return Memory.peak(() -> features(workload, featurizer, EXAMPLES));
      }
    }
  }

  private record Line(String model, int side, int columns, List<double[]> rounds, double memory) {
    private double quantile(double share, ToDoubleFunction<double[]> value) {
      double[] sorted = rounds.stream().mapToDouble(value).sorted().toArray();
      return sorted[(int) Math.round(share * (sorted.length - 1))];
    }

    private double ratio(double share) {
      return quantile(share, times -> times[1] / times[0]);
    }

    String text() {
      return String.format(Locale.ROOT, "%-8s %3dx%-3d %8d %11.0f %11.0f %7.3f (%.3f %.3f) %8.3f", model,
          side, side,
          columns, quantile(.5, times -> times[0]), quantile(.5, times -> times[1]), ratio(.5), ratio(.25),
          ratio(.75), memory);
    }

    String json() {
      return String.format(Locale.ROOT, "{\"time_ratio\": %.4f, \"memory_ratio\": %.4f, \"columns\": %d}",
          ratio(.5), memory, columns);
    }
  }
}
