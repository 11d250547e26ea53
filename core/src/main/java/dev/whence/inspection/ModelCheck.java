package dev.whence.inspection;

import dev.whence.graph.Graph;
import dev.whence.graph.Precision;
import dev.whence.graph.execution.Execution;
import dev.whence.task.Loss;
import dev.whence.torch.Autograd;
import dev.whence.torch.DType;
import dev.whence.torch.Scope;
import dev.whence.torch.Tensor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;

/**
 * Compares a model as Whence runs it with what PyTorch computed for the same sample, and requires that examples do not
 * mix: without that there is no loss of one example to attribute.
 *
 * @param lines what was compared, in order
 * @param tolerance the largest relative error that rounding explains: 1e-4, more for half-precision models
 */
public record ModelCheck(List<Line> lines, double tolerance) {
  /**
   * What is smaller than this share of the same example's largest gradient is no scale of its own: gradients that are
   * zero by construction, such as of the bias of attention's keys, hold rounding noise.
   */
  private static final double NOISE = 1e-2;
  /** Usual for single and double precision. */
  private static final double SINGLE = 1e-4;
  /** Some dozens of roundings lie between a half-precision weight and its gradient; they add up as a walk at random. */
  private static final double ROUNDINGS = 8;

  /** Copies. */
  public ModelCheck {
    lines = List.copyOf(lines);
  }

  /**
   * One comparison.
   *
   * @param what such as {@code output logits} or {@code gradient fc1.weight}
   * @param absolute largest difference of two numbers; infinite where one of them is no number and the other is
   * @param relative the same over the largest number expected there
   * @param explained how much of the relative error follows from rounding of the outputs: much where the model fits an example
   *     so well that the loss's slope is a difference of nearly equal numbers, else some millionths
   */
  public record Line(String what, double absolute, double relative, double explained) {
    Line(String what, double absolute, double relative) {
      this(what, absolute, relative, 0);
    }

    /** Whether the relative error is at most this beside what is explained. */
    public boolean within(double most) {
      return relative <= most + explained;
    }
  }

  /** Whether every relative error is at most this beside what is explained. */
  public boolean within(double most) {
    return lines.stream().allMatch(line -> line.within(most));
  }

  /** The largest relative error. */
  public double worst() {
    return lines.stream().mapToDouble(Line::relative).max().orElse(0);
  }

  /**
   * Runs the sample through the model, which is borrowed.
   *
   * @param file the {@code NAME.check.safetensors} written beside the model
   * @throws dev.whence.graph.CorruptModelException if the file is damaged or belongs to another model
   */
  public static ModelCheck of(Graph graph, Path file) throws IOException {
    try (var _ = Scope.open(); var sample = new ModelSample(graph, file)) {
      var lines = new ArrayList<Line>();
      Map<String, Tensor> outputs;
      try (var _ = Autograd.off()) {
        outputs = Execution.of(graph).run(graph.state(), sample.inputs()).outputs();
      }
      outputs(outputs, sample, lines);
      gradients(graph, outputs, sample, lines);
      independence(graph, sample, lines);
      return new ModelCheck(lines, tolerance(graph));
    }
  }

  private static double tolerance(Graph graph) {
    return Math.max(SINGLE, halves(graph));
  }

  /** What some dozens of half-precision roundings add up to; 0 where none is made. */
  private static double halves(Graph graph) {
    DType coarsest = Precision.coarsest(graph);
    return coarsest.bytes() < 4 ? ROUNDINGS * Precision.rounding(coarsest) : 0;
  }

  private static void outputs(Map<String, Tensor> found, ModelSample sample, List<Line> lines)
      throws IOException {
    try (var _ = Scope.open(); var _ = Autograd.off()) {
      sample.outputs().forEach((name, expected) -> lines.add(found.containsKey(name)
          ? compare("output " + name, found.get(name), expected, 0)
          : new Line("output " + name + " (the model has none)", Double.POSITIVE_INFINITY,
              Double.POSITIVE_INFINITY)));
      Tensor logits = sample.logits(found);
      Tensor losses = sample.loss().perExample(logits, sample.labels());
      // a loss is a difference of logits: what is small beside them is their rounding
      lines.add(compare("losses", losses, sample.losses(), NOISE * finiteMax(logits)));
    }
  }

  private static void gradients(Graph graph, Map<String, Tensor> outputs, ModelSample sample,
      List<Line> lines)
      throws IOException {
    Map<String, Tensor> expected = sample.gradients();
    if (expected.isEmpty()) {
      return;
    }
    try (var _ = Scope.open()) {
      var found = new HashMap<String, Tensor>();
      sample.exampleGradients().of(graph.state(), sample.batch())
          .forEach(gradient -> found.put(gradient.parameter(), gradient.materialize()));
      double[] explained = LogitRounding.explained(sample, outputs);
      double[] floors = new double[explained.length];
      for (int example = 0; example < floors.length; example++) {
        for (Tensor gradient : expected.values()) {
          floors[example] = Math.max(floors[example], NOISE * gradient.select(0, example).maxAbs());
        }
      }
      expected.forEach((name, gradient) -> lines.add(gradient("gradient " + name,
          found.getOrDefault(name, gradient.zerosLike()), gradient, floors, explained)));
    }
  }

  private static double finiteMax(Tensor tensor) {
    return Arrays.stream(tensor.toDoubles()).filter(Double::isFinite).map(Math::abs).max().orElse(0);
  }

  /** The worst of the examples' own comparisons. */
  private static Line gradient(String what, Tensor found, Tensor expected, double[] floors,
      double[] explained) {
    if (!Arrays.equals(found.shape(), expected.shape())) {
      return compare(what, found, expected, 0);
    }
    var worst = new Line(what, 0, 0);
    for (int example = 0; example < floors.length; example++) {
      Line line = compare(what, found.select(0, example), expected.select(0, example), floors[example]);
      if (line.relative() - explained[example] > worst.relative() - worst.explained() || example == 0) {
        worst = new Line(what, line.absolute(), line.relative(), explained[example]);
      }
    }
    return worst;
  }

  /** Puts another example in each one's place in turn; all others must stay as they were. */
  private static void independence(Graph graph, ModelSample sample, List<Line> lines) throws IOException {
    int examples = sample.examples();
    double absolute = 0;
    double relative = 0;
    boolean moved = false;
    boolean differ = false;
    try (var _ = Scope.open(); var _ = Autograd.off()) {
      Execution execution = Execution.of(graph);
      Tensor before = values(execution, graph, sample, sample.loss(),
          LongStream.range(0, examples).toArray());
      for (int changed = 0; changed < examples; changed++) {
        try (var _ = Scope.open()) {
          long[] rows = LongStream.range(0, examples).toArray();
          rows[changed] = (changed + 1L) % examples;
          Tensor after = values(execution, graph, sample, sample.loss(), rows);
          for (int row = 0; row < examples; row++) {
            Line line = compare("", after.select(0, row), before.select(0, row), 0);
            moved |= row == changed && line.absolute() > 0;
            differ |= row == changed && sample.differ(changed, rows[changed]);
            absolute = row == changed ? absolute : Math.max(absolute, line.absolute());
            relative = row == changed ? relative : Math.max(relative, line.relative());
          }
        }
      }
    }
    String what = "other examples when one changes";
    if (!differ) {
      lines.add(
          new Line(what + " (not tried: the sample examples are all the same; export with different ones)",
              Double.POSITIVE_INFINITY, Double.POSITIVE_INFINITY));
    } else {
      lines.add(
          new Line(what + (moved ? "" : " (says little: no output follows its input)"), absolute, relative));
    }
  }

  /** Losses and logits of each example side by side, {@code [b, …]}; labels stay in place. */
  private static Tensor values(Execution execution, Graph graph, ModelSample sample, Loss loss, long[] rows) {
    Tensor logits = sample.logits(execution.run(graph.state(), sample.inputs(rows)).outputs());
    Tensor losses = loss.perExample(logits, sample.labels()).to(DType.FLOAT64).unsqueeze(1);
    Tensor flat = logits.rank() == 1 ? logits.unsqueeze(1) : logits.flatten(1, -1);
    return Tensor.concatenate(List.of(losses, flat.to(DType.FLOAT64)), 1);
  }

  private static Tensor real(Tensor tensor) {
    return tensor.dtype().isComplex() ? Tensor.call("aten::view_as_real", tensor.detach()) : tensor;
  }

  /** @param floor the least number that counts as the scale of the expected ones */
  private static Line compare(String what, Tensor found, Tensor expected, double floor) {
    if (!Arrays.equals(found.shape(), expected.shape())) {
      return new Line(what + " has shape " + Arrays.toString(found.shape()) + " instead of "
          + Arrays.toString(expected.shape()), Double.POSITIVE_INFINITY, Double.POSITIVE_INFINITY);
    }
    double[] a = real(found).toDoubles();
    double[] b = real(expected).toDoubles();
    double largest = 0;
    double scale = floor;
    for (int i = 0; i < a.length; i++) {
      boolean same = a[i] == b[i] || (Double.isNaN(a[i]) && Double.isNaN(b[i]));
      double difference = same ? 0 : Math.abs(a[i] - b[i]);
      largest = Math.max(largest, Double.isNaN(difference) ? Double.POSITIVE_INFINITY : difference);
      scale = Double.isFinite(b[i]) ? Math.max(scale, Math.abs(b[i])) : scale;
    }
    return new Line(what, largest, largest == 0 ? 0 : largest / Math.max(scale, Double.MIN_NORMAL));
  }
}
