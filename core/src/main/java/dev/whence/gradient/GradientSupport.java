package dev.whence.gradient;

import dev.whence.graph.Extent;
import dev.whence.graph.Graph;
import dev.whence.graph.GraphInput;
import dev.whence.graph.rewrite.RecurrentSteps;
import dev.whence.torch.Generator;
import dev.whence.torch.Scope;
import dev.whence.torch.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.stream.LongStream;

/**
 * Whether a parameter has a fast gradient per example.
 *
 * @param parameter its name
 * @param shape its shape
 * @param fast whether one backward pass serves a whole batch
 * @param detail by which operators it enters, or why it has no fast gradient
 */
public record GradientSupport(String parameter, List<Long> shape, boolean fast, String detail) {
  private static final int FEW = 2;

  /** Copies. */
  public GradientSupport {
    shape = List.copyOf(shape);
  }

  /**
   * What a graph's structure and two runs on made-up inputs tell of every parameter, in the model's order. Whether
   * examples are mixed is only known on real ones: {@link ExampleGradients#support}.
   *
   * @throws IllegalStateException if the graph does not take two and three examples
   */
  public static List<GradientSupport> of(Graph graph) {
    Graph written = RecurrentSteps.writtenOut(graph);
    try (var _ = Scope.open()) {
      return of(written, GradientPlan.of(written, graph.state(), made(graph, FEW), made(graph, FEW + 1)));
    }
  }

  static List<GradientSupport> of(Graph graph, GradientPlan plan) {
    var all = new ArrayList<GradientSupport>();
    graph.state().parameters().forEach((name, tensor) -> {
      List<Long> shape = LongStream.of(tensor.shape()).boxed().toList();
      List<PlannedUse> uses = plan.fast().get(name);
      String reason = plan.slow().get(name);
      all.add(new GradientSupport(name, shape, reason == null, uses != null
          ? operators(uses)
          : reason != null ? reason : "no node reads it"));
    });
    return List.copyOf(all);
  }

  private static String operators(List<PlannedUse> uses) {
    return String.join(", ", uses.stream().map(PlannedUse::use).map(use -> use.node().operator()
        + (use.derivation() == null ? "" : " " + use.derivation())).distinct().toList());
  }

  /** Inputs for that many examples: normal draws, and zeros where whole numbers are wanted. */
  private static Probe.Sized made(Graph graph, int examples) {
    String symbol = graph.inputs().stream().flatMap(input -> input.shape().stream())
        .filter(Extent.Symbolic.class::isInstance).map(extent -> ((Extent.Symbolic) extent).symbol())
        .findFirst()
        .orElseThrow(
            () -> new IllegalStateException("the graph was exported for a fixed number of examples; export it"
                + " with a dynamic batch dimension, as tools/export.py does"));
    var inputs = new LinkedHashMap<String, Tensor>();
    try (var generator = new Generator(1)) {
      for (GraphInput input : graph.inputs()) {
        long[] shape = input.shape().stream().mapToLong(extent -> size(extent, symbol, examples)).toArray();
        inputs.put(input.name(), input.dtype().isFloating()
            ? Tensor.randomNormal(generator, input.dtype(), shape)
            : Tensor.zeros(input.dtype(), shape));
      }
    }
    return new Probe.Sized(examples, inputs);
  }

  private static long size(Extent extent, String symbol, int examples) {
    return switch (extent) {
      case Extent.Fixed fixed -> fixed.size();
      case Extent.Symbolic own when own.symbol().equals(symbol) -> examples;
      case Extent.Symbolic other -> Math.clamp(8, other.minimum(), other.maximum());
      case Extent.Expression product -> throw new IllegalStateException("an input's size is " + product.text()
          + "; give examples of your own");
    };
  }
}
