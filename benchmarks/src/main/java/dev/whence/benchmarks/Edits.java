package dev.whence.benchmarks;

import dev.whence.graph.Graph;
import dev.whence.graph.GraphInput;
import dev.whence.graph.Graphs;
import dev.whence.graph.Node;
import dev.whence.graph.execution.Edit;
import dev.whence.graph.execution.Execution;
import dev.whence.torch.Autograd;
import dev.whence.torch.DType;
import dev.whence.torch.Generator;
import dev.whence.torch.Scope;
import dev.whence.torch.Tensor;
import dev.whence.torch.Threads;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Ten thousand runs of the digits network on one example that differ in the filter that is set to zero, as in a study of
 * components. Tells which share of the time passes outside the runs, and what a run costs beside one without an edit.
 */
final class Edits {
  private static final int RUNS = 10_000;
  private static final int WARM_UP = 2_000;

  private final Path model;
  private final PrintStream out;
  private long inside;

  Edits(Path model, PrintStream out) {
    this.model = model;
    this.out = out;
  }

  /** Measures and prints the figures as JSON. */
  void run() throws IOException {
    Threads.setIntraOp(1);
    try (Graph graph = Graphs.read(model);
        var _ = Scope.open();
        var _ = Autograd.off();
        var generator = new Generator(0)) {
      GraphInput input = graph.inputs().getFirst();
      var example = Map.of(input.name(), Tensor.randomNormal(generator, DType.FLOAT32, 1, 1, 8, 8));
      List<Node> convolutions = graph.nodes().stream().filter(node -> node.operator().equals("aten::conv2d"))
          .toList();
      study(graph, convolutions, example, WARM_UP);
      inside = 0;
      long before = System.nanoTime();
      study(graph, convolutions, example, RUNS);
      long all = System.nanoTime() - before;
      Execution plain = Execution.of(graph);
      long started = System.nanoTime();
      for (int run = 0; run < RUNS; run++) {
        try (var _ = Scope.open()) {
          plain.run(graph.state(), example);
        }
      }
      long unedited = System.nanoTime() - started;
      out.printf(Locale.ROOT,
          "{\"runs\": %d, \"outside\": %.4f, \"run_us\": %.1f, \"plain_run_us\": %.1f}%n", RUNS,
          1 - (double) inside / all, inside / 1e3 / RUNS, unedited / 1e3 / RUNS);
    }
  }

  private void study(Graph graph, List<Node> convolutions, Map<String, Tensor> example, int runs) {
    Execution plain = Execution.of(graph);
    for (int run = 0; run < runs; run++) {
      Node node = convolutions.get(run % convolutions.size());
      int turn = run / convolutions.size();
      try (var _ = Scope.open()) {
        Execution edited = plain.withEdits(Map.of(node.index(), silenced(turn)));
        long start = System.nanoTime();
        edited.run(graph.state(), example);
        inside += System.nanoTime() - start;
      }
    }
  }

  /** The output of a convolution, {@code [b, c, h, w]}, with one channel at zero. */
  private static Edit silenced(int turn) {
    return (_, _, value) -> {
      Tensor copy = value.copy();
      Tensor channel = copy.select(1, turn % value.size(1));
      channel.copyFrom(channel.zerosLike());
      return copy;
    };
  }
}
