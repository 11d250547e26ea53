package dev.whence.graph.execution;

import dev.whence.graph.Graph;
import dev.whence.torch.Forecaster;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** What is worked out once for all runs of a graph. Safe for any thread. */
final class Prepared {
  private static final int MOST_RUNS = 1024;

  private final Graph graph;
  private final InputCheck check;
  private final Map<Boolean, Plan> plans = new ConcurrentHashMap<>();
  /** Kinds and sizes of runs that were found to keep the memory limit, so that none is counted twice. */
  private final Set<List<Object>> fitting = ConcurrentHashMap.newKeySet();
  private final Forecaster forecaster = new Forecaster();

  private Prepared(Graph graph) {
    this.graph = graph;
    this.check = new InputCheck(graph);
  }

  static Prepared of(Graph graph) {
    return graph.derived(Prepared.class, Prepared::new);
  }

  /**
   * The plan of a kind of mode.
   *
   * @throws UnsupportedModeException naming the node that cannot be switched
   */
  Plan plan(boolean training) {
    return plans.computeIfAbsent(training, kind -> new Planner(graph, kind).plan());
  }

  InputCheck check() {
    return check;
  }

  /** Remembers what calls of the graph take. */
  Forecaster forecaster() {
    return forecaster;
  }

  /** Whether a run of this kind and size kept the memory limit before. */
  boolean fits(List<Object> run) {
    return fitting.contains(run);
  }

  /** Remembers that it did; not for ever more sizes. */
  void foundFitting(List<Object> run) {
    if (fitting.size() < MOST_RUNS) {
      fitting.add(List.copyOf(run));
    }
  }
}
