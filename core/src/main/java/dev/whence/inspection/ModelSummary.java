package dev.whence.inspection;

import dev.whence.gradient.GradientSupport;
import dev.whence.graph.Extent;
import dev.whence.graph.Graph;
import dev.whence.graph.GraphInput;
import dev.whence.graph.execution.MemoryLimitException;
import dev.whence.graph.execution.UnsupportedModeException;
import dev.whence.run.Registry;
import dev.whence.task.Logits;
import dev.whence.task.Loss;
import dev.whence.torch.DType;
import dev.whence.torch.Scope;
import dev.whence.torch.Tensor;
import dev.whence.torch.TorchException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
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
  /** The note that names numbers which are NaN or infinite. */
  public static final String NOT_FINITE = "NOT FINITE";

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
   * @param fast whether one backward pass gives the gradients of a whole batch of examples
   * @param detail by which operators it enters, or why its gradients take one backward pass per example
   */
  public record Parameter(String name, String dtype, List<Long> shape, boolean fast, String detail) {
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

  /** Reads the graph; which gradients are fast is told from its structure and runs on made-up inputs. */
  public static ModelSummary of(Graph graph) {
    try {
      return of(graph, GradientSupport.of(graph));
    } catch (IllegalStateException | IllegalArgumentException | TorchException | MemoryLimitException
        | UnsupportedModeException thrown) {
      String reason = "not known, a trial run on made-up inputs fails: " + thrown.getMessage();
      return of(graph, graph.state().parameters().entrySet().stream()
          .map(entry -> new GradientSupport(entry.getKey(), shape(entry.getValue()), false, reason))
          .toList());
    }
  }

  /**
   * Reads the graph; which gradients are fast is settled on the sample.
   *
   * @param sample the {@code NAME.check.safetensors} written beside the model
   */
  public static ModelSummary of(Graph graph, Path sample) throws IOException {
    try (var _ = Scope.open(); var read = new ModelSample(graph, sample)) {
      return of(graph, read.exampleGradients().support());
    }
  }

  private static ModelSummary of(Graph graph, List<GradientSupport> support) {
    Map<String, GradientSupport> byName = support.stream()
        .collect(Collectors.toMap(GradientSupport::parameter, one -> one));
    List<Parameter> parameters = graph.state().parameters().entrySet().stream().map(entry -> {
      GradientSupport known = Objects.requireNonNull(byName.get(entry.getKey()), entry.getKey());
      return new Parameter(entry.getKey(), name(entry.getValue().dtype()), shape(entry.getValue()),
          known.fast(),
          known.detail());
    }).toList();
    List<Port> outputs = graph.outputValues().entrySet().stream()
        .map(entry -> new Port(entry.getKey(), "",
            graph.sizes(entry.getValue()).map(ModelSummary::shape).orElse(List.of())))
        .toList();
    return new ModelSummary(graph.inputs().stream().map(ModelSummary::port).toList(), outputs,
        modules(parameters, graph.details().modules()), parameters, notes(graph));
  }

  private static List<Long> shape(Tensor tensor) {
    return Arrays.stream(tensor.shape()).boxed().toList();
  }

  private static Port port(GraphInput input) {
    return new Port(input.name(), name(input.dtype()), shape(input.shape()));
  }

  private static List<String> shape(List<Extent> extents) {
    return extents.stream().map(Extent::text).toList();
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
      record.loss().flatMap(loss -> doubt(graph, record.logits(), loss))
          .ifPresent(doubt -> notes.put("DOUBT", doubt));
    });
    long kept = graph.state().buffers().values().stream().mapToLong(Tensor::elements).sum();
    if (kept > 0) {
      notes.put("kept", "%,d numbers in buffers and frozen parameters".formatted(kept));
    }
    List<String> broken = graph.state().notFinite();
    if (!broken.isEmpty()) {
      notes.put(NOT_FINITE, "NaN or infinite numbers in " + String.join(", ", broken)
          + "; the training that wrote them went astray, export an earlier state");
    }
    notes.put("operators", String.valueOf(graph.nodes().size()));
    return notes;
  }

  private static Optional<String> doubt(Graph graph, Optional<String> logits, String loss) {
    var losses = Registry.of(Loss.class, "loss");
    return losses.names().contains(loss)
        ? Logits.doubt(graph, logits.orElse(graph.outputs().getFirst()), losses.get(loss))
        : Optional.empty();
  }

  private static String name(DType dtype) {
    return dtype.name().toLowerCase(Locale.ROOT);
  }

  private static String last(String type) {
    return type.substring(type.lastIndexOf('.') + 1);
  }
}
