package dev.whence.study;

import dev.whence.attribution.training.SelfInfluence;
import dev.whence.attribution.training.TrainingDataMethod;
import dev.whence.data.Batch;
import dev.whence.data.Dataset;
import dev.whence.data.Datasets;
import dev.whence.evaluation.MislabelDetection;
import dev.whence.evaluation.Mislabels;
import dev.whence.graph.ModelState;
import dev.whence.graph.execution.Execution;
import dev.whence.run.Run;
import dev.whence.task.BinaryCrossEntropy;
import dev.whence.task.CrossEntropy;
import dev.whence.task.Measurements;
import dev.whence.task.SquaredError;
import dev.whence.task.Task;
import dev.whence.torch.Autograd;
import dev.whence.torch.Scope;
import dev.whence.torch.Tensor;
import dev.whence.training.Checkpoint;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Lists training examples by how much their labels are suspected: those that influence themselves most, that the models fit
 * worst, and that they are surest are something else.
 *
 * @param task model, loss and measurement
 * @param models the models, averaged over
 * @param training the examples they were trained on, labels as they were trained on
 * @param run seeds, workers, folder
 */
record Suspecting(Task.Differentiable task, Models models, Dataset training, Run run) {
  private static final int BATCH = 256;

  /**
   * The list.
   *
   * @param name of the method whose self-influence is asked for
   * @param wrong examples known to be mislabelled; empty where nothing is known
   * @param origin where that is known from, in words; empty where nothing is known
   * @param flipped whether they were made wrong on purpose
   */
  Suspects list(String name, TrainingDataMethod method, BitSet wrong, String origin, boolean flipped)
      throws IOException {
    var suspicion = new LinkedHashMap<String, double[]>();
    suspicion.put("self-influence", selfInfluence(name, method));
    suspicion.put("loss", mean(task::losses));
    if (task.trainingLoss() instanceof CrossEntropy || task.trainingLoss() instanceof BinaryCrossEntropy) {
      var margin = task.measuring(new Measurements.Margin());
      suspicion.put("margin", negated(mean(margin::measurements)));
    }
    var ranks = new LinkedHashMap<String, int[]>();
    suspicion.forEach((measure, values) -> ranks.put(measure, ranks(values)));
    var list = new ArrayList<Suspects.Suspect>();
    List<String> guesses = guesses();
    var looks = new Looks(training);
    for (int row = 0; row < training.size(); row++) {
      list.add(new Suspects.Suspect(row, training.id(row), looks.label(row), guesses.get(row),
          measures(row, suspicion, ranks), wrong.get(row)));
    }
    list.sort(Comparator.comparingDouble(Suspects.Suspect::meanRank));
    return new Suspects(name, models.results().size(), origin, flipped,
        origin.isEmpty() ? Map.of() : found(suspicion, list, wrong), list);
  }

  private static Map<String, Suspects.Measure> measures(int row, Map<String, double[]> suspicion,
      Map<String, int[]> ranks) {
    var measures = new LinkedHashMap<String, Suspects.Measure>();
    suspicion.forEach((name, values) -> {
      double value = name.equals("margin") ? -values[row] : values[row];
      measures.put(name, new Suspects.Measure(value, Objects.requireNonNull(ranks.get(name))[row]));
    });
    return measures;
  }

  private static Map<String, Mislabels> found(Map<String, double[]> suspicion, List<Suspects.Suspect> list,
      BitSet wrong) {
    var detection = new MislabelDetection();
    var found = new LinkedHashMap<String, Mislabels>();
    double[] mean = new double[list.size()];
    list.forEach(suspect -> mean[suspect.row()] = -suspect.meanRank());
    found.put(Suspects.MEAN_RANK, detection.evaluate(mean, wrong));
    suspicion.forEach((name, values) -> found.put(name, detection.evaluate(values, wrong)));
    return found;
  }

  private double[] selfInfluence(String name, TrainingDataMethod method) throws IOException {
    models.dropOtherRows(task.graph(), training, run);
    try (var attributor = method.fit(task, models.trajectories(), training, run)) {
      if (attributor instanceof SelfInfluence own) {
        return own.selfInfluence();
      }
      throw new IllegalArgumentException("method '" + name + "' has no self-influence; name another first");
    }
  }

  /** One number per row of a batch at one model. */
  @FunctionalInterface
  private interface Numbers {
    Tensor of(ModelState state, Batch batch);
  }

  private double[] mean(Numbers numbers) {
    double[] mean = new double[Math.toIntExact(training.size())];
    for (int first = 0; first < mean.length; first += BATCH) {
      run.checkCancelled();
      int end = Math.min(mean.length, first + BATCH);
      try (var _ = Scope.open(); var _ = Autograd.off()) {
        Batch batch = training.batch(Datasets.range(first, end));
        for (Checkpoint model : models.results()) {
          double[] some = numbers.of(model.state(), batch).toDoubles();
          for (int i = 0; i < some.length; i++) {
            mean[first + i] += some[i] / models.results().size();
          }
        }
      }
    }
    return mean;
  }

  private static double[] negated(double[] values) {
    return Arrays.stream(values).map(value -> -value).toArray();
  }

  /** 1 for the largest; of equal ones the lower row first. */
  private static int[] ranks(double[] values) {
    int[] ranks = new int[values.length];
    List<Integer> order = IntStream.range(0, values.length).boxed()
        .sorted(Comparator.comparingDouble((Integer row) -> -values[row])).toList();
    for (int at = 0; at < ranks.length; at++) {
      ranks[order.get(at)] = at + 1;
    }
    return ranks;
  }

  /** The models' mean answer to every row, in words. */
  private List<String> guesses() {
    var guesses = new ArrayList<String>();
    for (int first = 0; first < training.size(); first += BATCH) {
      int end = (int) Math.min(training.size(), first + BATCH);
      try (var _ = Scope.open(); var _ = Autograd.off()) {
        guesses.addAll(guesses(training.batch(Datasets.range(first, end))));
      }
    }
    return guesses;
  }

  private List<String> guesses(Batch batch) {
    var execution = Execution.of(task.graph());
    List<Tensor> answers = models.results().stream()
        .map(model -> answer(task.logits(execution.run(model.state(), task.inputs(batch)).outputs())))
        .toList();
    Tensor mean = Tensor.call("aten::mean.dim", Tensor.stack(answers, 0), new long[]{0});
    double[] values = mean.toDoubles();
    int width = values.length / batch.size();
    return IntStream.range(0, batch.size())
        .mapToObj(i -> words(Arrays.copyOfRange(values, i * width, (i + 1) * width), mean.rank())).toList();
  }

  private Tensor answer(Tensor logits) {
    return switch (task.trainingLoss()) {
      case CrossEntropy _ when logits.rank() == 2 -> Tensor.call("aten::softmax.int", logits, 1);
      case BinaryCrossEntropy _ -> Tensor.call("aten::sigmoid", logits);
      default -> logits;
    };
  }

  private String words(double[] answer, int rank) {
    return switch (task.trainingLoss()) {
      case CrossEntropy _ when rank == 2 -> {
        int best = IntStream.range(0, answer.length).reduce(0, (a, b) -> answer[b] > answer[a] ? b : a);
        yield best < training.classNames().size() ? training.classNames().get(best) : Integer.toString(best);
      }
      case BinaryCrossEntropy _ -> Arrays.stream(answer).mapToObj(share -> share > .5 ? "1" : "0")
          .collect(Collectors.joining(" "));
      case SquaredError _ -> Looks.text(answer);
      default -> "";
    };
  }
}
