package dev.whence.graph;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a node is given for one argument of its operator. */
public sealed interface Argument {
  /** Names of the values it reads, in order; one that is read twice stands twice. A sub-graph reads what it is given alone. */
  default List<String> reads() {
    return switch (this) {
      case Reference(String name) -> List.of(name);
      case Sequence(List<Argument> items) -> items.stream().flatMap(item -> item.reads().stream()).toList();
      case Literal _,SubGraph _ -> List.of();
    };
  }

  /** The value another node, an input, a parameter, a buffer or a constant provides, by its name in the graph. */
  record Reference(String name) implements Argument {
  }

  /**
   * A literal: Long, Double, Boolean, String, DType, Device, an int list as {@code List<Long>}, or null for none.
   */
  record Literal(@Nullable Object value) implements Argument {
  }

  /** Several arguments as one list; entries may be literals of null. */
  record Sequence(List<Argument> items) implements Argument {
    /** Copies the items. */
    public Sequence {
      items = List.copyOf(items);
    }
  }

  /** A closed sub-graph, for operators of higher order. */
  record SubGraph(Graph graph) implements Argument {
  }
}
