package dev.whence.training.initial;

import dev.whence.graph.Graph;
import dev.whence.run.Json;
import dev.whence.torch.Autograd;
import dev.whence.torch.DType;
import dev.whence.torch.Scope;
import dev.whence.torch.Tensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Whether the numbers in a model file were trained: as {@code tools/export.py} noted, else, in a file without such a note, as
 * far as the numbers themselves tell.
 *
 * @param kind the answer
 * @param reason how it is known, in half a sentence
 * @param fresh parameters that nobody trained, where only some were; at most a few
 */
public record Origin(Kind kind, String reason, List<String> fresh) {
  /** Copies. */
  public Origin {
    fresh = List.copyOf(fresh);
  }

  /** What is known of the numbers. */
  public enum Kind {
    /** Trained, or loaded from what was. */
    TRAINED,
    /** Some parameters are loaded, others are fresh draws. */
    PARTLY,
    /** Fresh draws. */
    UNTRAINED,
    /** The file does not tell, and its numbers could be either. */
    UNKNOWN
  }

  /** Numbers of bounded distributions that, all within their bounds, tell that nothing has moved them. */
  private static final long TELLING = 1000;

  /** Of the file's numbers. */
  public static Origin of(Graph graph) {
    return noted(graph).orElseGet(() -> told(graph));
  }

  private static Optional<Origin> noted(Graph graph) {
    return graph.notes().flatMap(notes -> Json.parse(notes.text()).get("weights") instanceof Map<?, ?> weights
        ? kind(weights.get("origin"))
            .map(kind -> new Origin(kind, "the exporter noted so", names(weights.get("fresh"))))
        : Optional.empty());
  }

  private static Optional<Kind> kind(@Nullable Object word) {
    return Stream.of(Kind.TRAINED, Kind.PARTLY, Kind.UNTRAINED)
        .filter(kind -> kind.name().toLowerCase(Locale.ROOT).equals(word)).findFirst();
  }

  private static List<String> names(@Nullable Object noted) {
    return noted instanceof List<?> list
        ? list.stream().filter(String.class::isInstance).map(String.class::cast).toList()
        : List.of();
  }

  /**
   * Compares the numbers with how they begin: one that its beginning cannot have drawn was trained. Where all could be drawn,
   * they are fresh if training would have shown: constants still at their value, or a thousand numbers in their bounds.
   */
  private static Origin told(Graph graph) {
    var starts = starts(graph);
    var tensors = new LinkedHashMap<>(graph.state().parameters());
    tensors.putAll(graph.state().buffers());
    Optional<String> moved = starts.entrySet().stream()
        .filter(entry -> isImpossible(entry.getValue(), tensors.get(entry.getKey()))).map(Map.Entry::getKey)
        .findFirst();
    if (moved.isPresent()) {
      return new Origin(Kind.TRAINED, "'" + moved.get() + "' is not what it begins with", List.of());
    }
    var record = new InitialRecord(graph);
    Map<String, Tensor> parameters = graph.state().parameters();
    boolean all = parameters.keySet().stream().allMatch(name -> record.of(name).isPresent());
    boolean constants = all && parameters.keySet().stream().map(starts::get)
        .anyMatch(start -> start != null && start.distribution() instanceof Distribution.Constant);
    return all && (constants || bounded(starts, parameters) >= TELLING)
        ? new Origin(Kind.UNTRAINED, "they are what its recorded distributions draw", List.of())
        : new Origin(Kind.UNKNOWN, "it has no note of it", List.of());
  }

  /** How parameters and buffers begin, where that is recorded, or where a module begins them all alike. */
  private static Map<String, InitialNumbers> starts(Graph graph) {
    var record = new InitialRecord(graph);
    var defaults = new DefaultDistributions(graph);
    var buffers = new BufferDefaults(graph);
    var starts = new LinkedHashMap<String, InitialNumbers>();
    graph.state().parameters().keySet().forEach(name -> record.of(name)
        .or(() -> defaults.of(name).filter(start -> start.distribution() instanceof Distribution.Constant))
        .ifPresent(start -> starts.put(name, start)));
    graph.state().buffers().keySet().forEach(
        name -> record.of(name).or(() -> buffers.of(name)).ifPresent(start -> starts.put(name, start)));
    return starts;
  }

  private static long bounded(Map<String, InitialNumbers> starts, Map<String, Tensor> parameters) {
    return parameters.entrySet().stream().filter(entry -> isBounded(starts.get(entry.getKey())))
        .mapToLong(entry -> entry.getValue().elements()).sum();
  }

  private static boolean isBounded(@Nullable InitialNumbers start) {
    return start != null && (start.distribution() instanceof Distribution.Uniform
        || start.distribution() instanceof Distribution.TruncatedNormal);
  }

  private static boolean isImpossible(InitialNumbers start, @Nullable Tensor tensor) {
    if (tensor == null || tensor.elements() == 0 || tensor.dtype().isComplex()) {
      return false;
    }
    try (var _ = Scope.open(); var _ = Autograd.off()) {
      Tensor values = tensor.to(DType.FLOAT64);
      double low = Tensor.call("aten::amin", values, new long[]{}).item();
      double high = Tensor.call("aten::amax", values, new long[]{}).item();
      return switch (start.distribution()) {
        case Distribution.Constant(double value) -> isOther(low, value) || isOther(high, value);
        case Distribution.Uniform(double from, double to) -> isOutside(low, high, from, to);
        case Distribution.TruncatedNormal truncated ->
          isOutside(low, high, truncated.low(), truncated.high());
        case Distribution.Normal(double mean, double std) ->
          isOutside(low, high, mean - 8 * std, mean + 8 * std);
        case Distribution.Orthogonal _,Distribution.FromFile _ -> false;
      };
    }
  }

  /** Beyond the rounding of float32 and of the record. */
  private static boolean isOther(double number, double value) {
    return Math.abs(number - value) > 1e-6 * Math.abs(value);
  }

  /** By more than a hundredth of the width: a recorded bound is a little uncertain. */
  private static boolean isOutside(double low, double high, double from, double to) {
    double slack = (to - from) / 100;
    return low < from - slack || high > to + slack;
  }
}
