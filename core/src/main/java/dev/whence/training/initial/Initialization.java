package dev.whence.training.initial;

import dev.whence.graph.Graph;
import dev.whence.graph.ModelState;
import dev.whence.run.Seeds;
import dev.whence.run.Sha256;
import dev.whence.torch.DType;
import dev.whence.torch.Scope;
import dev.whence.torch.Tensor;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The numbers a model's training begins with: those of its file, or fresh ones by seed. Each parameter's draw is a function of
 * (seed, parameter name) alone. Immutable, safe for any thread.
 *
 * <p>Afresh, a parameter begins as the first that applies: the run file's first pattern that fits its name; the distribution
 * {@code tools/export.py} recorded in the model file; the default of the PyTorch module whose operator uses it. A buffer
 * likewise, but its defaults are 0 for running means and counts, 1 for running variances, and else the file's numbers.
 */
public final class Initialization {
  private static final long STREAM = 0x696e6974L; // "init": apart from other draws of the same seed

  private final Graph graph;
  private final Map<String, InitialNumbers> starts;

  private Initialization(Graph graph, Map<String, InitialNumbers> starts) {
    this.graph = graph;
    this.starts = Collections.unmodifiableMap(starts);
  }

  /** The file's numbers, whatever the seed. */
  public static Initialization file(Graph graph) {
    var starts = new LinkedHashMap<String, InitialNumbers>();
    InitialNumbers file = new InitialNumbers(new Distribution.FromFile(), List.of(),
        "the model file's numbers");
    graph.state().parameters().keySet().forEach(name -> starts.put(name, file));
    graph.state().buffers().keySet().forEach(name -> starts.put(name, file));
    return new Initialization(graph, starts);
  }

  /**
   * Fresh numbers.
   *
   * @param overrides pattern → distribution, in order; {@code *} stands for any text, as in {@code blocks.*.weight}
   * @throws IllegalArgumentException naming the parameters whose beginning is not known, or patterns that fit none
   */
  public static Initialization afresh(Graph graph, Map<String, Distribution> overrides) {
    var chooser = new Chooser(graph, overrides);
    var starts = new LinkedHashMap<String, InitialNumbers>();
    graph.state().parameters().forEach((name, tensor) -> chooser.parameter(name, tensor)
        .ifPresent(start -> starts.put(name, start)));
    graph.state().buffers().forEach((name, tensor) -> starts.put(name, chooser.buffer(name, tensor)));
    chooser.finish();
    return new Initialization(graph, starts);
  }

  /**
   * Looks whether every pattern has an effect, for models that are not begun afresh yet.
   *
   * @throws IllegalArgumentException naming patterns that fit no parameter or buffer
   */
  public static void requireFitting(Graph graph, Map<String, Distribution> overrides) {
    var chooser = new Chooser(graph, overrides);
    graph.state().parameters().keySet().forEach(chooser::override);
    graph.state().buffers().keySet().forEach(chooser::override);
    chooser.requireAllUsed();
  }

  /** How each parameter and buffer begins, and why, by name. */
  public Map<String, InitialNumbers> starts() {
    return starts;
  }

  /** The first numbers of a run with this seed, outside every scope; the caller closes them. */
  public ModelState draw(long seed) {
    return new ModelState(drawn(graph.state().parameters(), seed), drawn(graph.state().buffers(), seed));
  }

  private Map<String, Tensor> drawn(Map<String, Tensor> like, long seed) {
    var drawn = new LinkedHashMap<String, Tensor>();
    like.forEach((name, tensor) -> {
      try (var _ = Scope.open()) {
        InitialNumbers start = java.util.Objects.requireNonNull(starts.get(name));
        drawn.put(name, Scope.release(start.distribution() instanceof Distribution.FromFile
            ? tensor.copy()
            : start.draw(Seeds.derive(seed, STREAM, Sha256.number(name)), tensor)));
      }
    });
    return drawn;
  }

  /** Parameters whose beginning is unknown that are named; the others are counted. */
  private static final int NAMED = 2;

  /** Decides name by name and gathers what cannot be decided. */
  private static final class Chooser {
    private final Map<String, Distribution> overrides;
    private final InitialRecord initial;
    private final DefaultDistributions defaults;
    private final BufferDefaults buffers;
    private final List<String> undecided = new ArrayList<>();
    private final List<String> unused;

    Chooser(Graph graph, Map<String, Distribution> overrides) {
      this.overrides = Collections.unmodifiableMap(new LinkedHashMap<>(overrides));
      this.initial = new InitialRecord(graph);
      this.defaults = new DefaultDistributions(graph);
      this.buffers = new BufferDefaults(graph);
      this.unused = new ArrayList<>(overrides.keySet());
    }

    Optional<InitialNumbers> parameter(String name, Tensor tensor) {
      Optional<InitialNumbers> found = override(name).or(() -> initial.of(name)).or(() -> defaults.of(name));
      if (found.isEmpty()) {
        undecided.add("'" + name + "' " + tensor
            + initial.whyUnknown(name).map(why -> " (exporter: " + why + ")").orElse(""));
      }
      return found;
    }

    InitialNumbers buffer(String name, Tensor tensor) {
      Optional<InitialNumbers> found = override(name).or(() -> initial.of(name)).or(() -> buffers.of(name));
      boolean drawable = tensor.dtype().isFloating()
          || found.filter(start -> start.distribution() instanceof Distribution.Constant).isPresent();
      return found.filter(_ -> drawable && tensor.dtype() != DType.BOOL)
          .orElse(new InitialNumbers(new Distribution.FromFile(), List.of(), "the model file's numbers"));
    }

    private String unknown() {
      int more = undecided.size() - NAMED;
      return "models cannot be trained afresh, as it is not known how these parameters begin: "
          + String.join(", ", undecided.subList(0, Math.min(NAMED, undecided.size())))
          + (more > 0 ? " and " + more + " more" : "")
          + "; export again with --fresh and a factory of untrained ones, or state training.initialization, such as"
          + " {'*': {normal: {mean: 0, std: 0.02}}}, or file for the model file's numbers";
    }

    private Optional<InitialNumbers> override(String name) {
      for (Map.Entry<String, Distribution> override : overrides.entrySet()) {
        if (glob(override.getKey()).matcher(name).matches()) {
          unused.remove(override.getKey());
          return Optional
              .of(new InitialNumbers(override.getValue(), List.of(), "pattern '" + override.getKey() + "'"));
        }
      }
      return Optional.empty();
    }

    private static Pattern glob(String pattern) {
      return Pattern.compile(("\\Q" + pattern + "\\E").replace("*", "\\E.*\\Q"));
    }

    void finish() {
      if (!undecided.isEmpty()) {
        throw new IllegalArgumentException(unknown());
      }
      requireAllUsed();
    }

    void requireAllUsed() {
      if (!unused.isEmpty()) {
        throw new IllegalArgumentException(
            "these patterns fit no parameter or buffer, or stand behind others that"
                + " fit first: " + unused);
      }
    }
  }
}
