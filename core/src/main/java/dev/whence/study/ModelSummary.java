package dev.whence.study;

import dev.whence.graph.Extent;
import dev.whence.graph.Graph;
import dev.whence.graph.GraphInput;
import dev.whence.torch.DType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * What a model file holds, for people.
 *
 * @param inputs what the model is given
 * @param outputs what it gives
 * @param modules the module tree in the model's order, the root first under an empty path
 * @param parameters in the model's order, tied ones once
 * @param notes name → value of what else the file tells, such as the PyTorch that wrote it
 */
public record ModelSummary(List<Port> inputs, List<Port> outputs, List<Module> modules,
    List<Parameter> parameters,
    Map<String, String> notes) {
  /** Copies. */
  public ModelSummary {
    inputs = List.copyOf(inputs);
    outputs = List.copyOf(outputs);
    modules = List.copyOf(modules);
    parameters = List.copyOf(parameters);
    notes = Collections.unmodifiableMap(new LinkedHashMap<>(notes));
  }

  /**
   * An input or output.
   *
   * @param shape extents as text; a free one by its symbol and range
   */
  public record Port(String name, String dtype, List<String> shape) {
    /** Copies. */
    public Port {
      shape = List.copyOf(shape);
    }
  }

  /**
   * A module with parameters in it or below it.
   *
   * @param path such as {@code layer4.0}; empty for the root
   * @param type the last name of its class; empty where no call tells
   * @param parameters elements of all parameters in it and below, tied ones counted where they are first
   */
  public record Module(String path, String type, long parameters) {
  }

  /**
   * A parameter.
   *
   * @param slow why its gradients take one backward pass an example; empty if they are fast
   */
  public record Parameter(String name, String dtype, List<Long> shape, String slow) {
    /** Copies. */
    public Parameter {
      shape = List.copyOf(shape);
    }

    /** Number of elements. */
    public long elements() {
      return shape.stream().reduce(1L, (a, b) -> a * b);
    }
  }

  /** The whole model's number of parameters. */
  public long size() {
    return parameters.stream().mapToLong(Parameter::elements).sum();
  }

  /**
   * Reads the graph.
   *
   * @param slow parameter → why its gradients take one backward pass an example; the others have fast ones
   */
  public static ModelSummary of(Graph graph, Map<String, String> slow) {
    List<Parameter> parameters = graph.state().parameters().entrySet().stream()
        .map(entry -> new Parameter(entry.getKey(), name(entry.getValue().dtype()),
            Arrays.stream(entry.getValue().shape()).boxed().toList(), slow.getOrDefault(entry.getKey(), "")))
        .toList();
    List<Port> outputs = graph.outputValues().entrySet().stream()
        .map(entry -> new Port(entry.getKey(), "",
            graph.sizes(entry.getValue()).map(ModelSummary::shape).orElse(List.of())))
        .toList();
    return new ModelSummary(graph.inputs().stream().map(ModelSummary::port).toList(), outputs,
        modules(parameters, graph.details().modules()), parameters, notes(graph));
  }

  private static Port port(GraphInput input) {
    return new Port(input.name(), name(input.dtype()), shape(input.shape()));
  }

  private static List<String> shape(List<Extent> extents) {
    return extents.stream().map(ModelSummary::text).toList();
  }

  private static String text(Extent extent) {
    return switch (extent) {
      case Extent.Expression expression -> expression.text();
      case Extent.Fixed(long size) -> String.valueOf(size);
      case Extent.Symbolic(String symbol, long least, long most) -> most == Long.MAX_VALUE
          ? symbol + ">=" + least
          : symbol + " in " + least + ".." + most;
    };
  }

  private static List<Module> modules(List<Parameter> parameters, Map<String, String> types) {
    var counts = new LinkedHashMap<String, Long>();
    for (Parameter parameter : parameters) {
      var path = new ArrayList<>(List.of(parameter.name().split("\\.", -1)));
      path.removeLast();
      for (int depth = 0; depth <= path.size(); depth++) {
        counts.merge(String.join(".", path.subList(0, depth)), parameter.elements(), Long::sum);
      }
    }
    var modules = new ArrayList<Module>();
    inOrder(counts)
        .forEach((path, count) -> modules.add(new Module(path, last(types.getOrDefault(path, "")), count)));
    return modules;
  }

  /** Parents before their children, siblings as they come first. */
  private static Map<String, Long> inOrder(Map<String, Long> counts) {
    List<String> first = List.copyOf(counts.keySet());
    var sorted = new TreeMap<String, String>();
    for (String path : first) {
      var key = new StringBuilder();
      String[] parts = path.isEmpty() ? new String[0] : path.split("\\.", -1);
      for (int depth = 1; depth <= parts.length; depth++) {
        String prefix = String.join(".", Arrays.copyOf(parts, depth));
        key.append(String.format(Locale.ROOT, "%08d.", first.indexOf(prefix)));
      }
      sorted.put(key.toString(), path);
    }
    return sorted.values().stream()
        .collect(Collectors.toMap(path -> path, counts::get, (one, _) -> one, LinkedHashMap::new));
  }

  private static Map<String, String> notes(Graph graph) {
    var notes = new LinkedHashMap<String, String>();
    notes.put("fingerprint", graph.fingerprint().hex());
    graph.notes().ifPresent(record -> {
      if (!record.torch().isEmpty()) {
        notes.put("torch", record.torch());
      }
      record.loss().ifPresent(loss -> notes.put("loss", loss));
      record.logits().ifPresent(logits -> notes.put("logits", logits));
    });
    notes.put("operators", String.valueOf(graph.nodes().size()));
    return notes;
  }

  private static String name(DType dtype) {
    return dtype.name().toLowerCase(Locale.ROOT);
  }

  private static String last(String type) {
    return type.substring(type.lastIndexOf('.') + 1);
  }
}
