package dev.whence.graph.pt2;

import dev.whence.graph.Argument;
import dev.whence.graph.CorruptModelException;
import dev.whence.graph.Extent;
import dev.whence.graph.GraphInput;
import dev.whence.graph.UnsupportedModelException;
import dev.whence.torch.DType;
import dev.whence.torch.Tensor;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** Decodes what goes into a graph and what comes out of it; fills the model's tensors. */
final class Signature {
  final List<GraphInput> inputs = new ArrayList<>();
  final Map<String, String> parameters = new LinkedHashMap<>();
  final Map<String, String> buffers = new LinkedHashMap<>();
  final Map<String, Tensor> parameterTensors = new LinkedHashMap<>();
  final Map<String, Tensor> bufferTensors = new LinkedHashMap<>();
  final Map<String, String> outputs = new LinkedHashMap<>();
  final Map<String, String> mutations = new LinkedHashMap<>();
  /** Other name of a parameter → its first. */
  final Map<String, String> tied = new LinkedHashMap<>();

  private final Meta meta;
  private final Member graph;
  private final Weights weights;
  private final Weights constants;
  private final Names names;

  Signature(Meta meta, Member graph, Weights weights, Weights constants, Names names) {
    this.meta = meta;
    this.graph = graph;
    this.weights = weights;
    this.constants = constants;
    this.names = names;
  }

  void readInputs(Member specs) throws IOException {
    for (Member spec : specs.items()) {
      var tag = spec.tagged();
      Member value = tag.getValue();
      switch (tag.getKey()) {
        case "parameter" -> parameter(value);
        case "buffer" -> buffer(value, value.at("buffer_name").text());
        case "tensor_constant" -> buffer(value, value.at("tensor_constant_name").text());
        case "user_input" -> input(value.at("arg"));
        case "constant_input" -> constant(value);
        default -> throw new UnsupportedModelException(
            spec.path() + ": inputs of kind '" + tag.getKey() + "' are not supported; export plain tensors");
      }
    }
  }

  private void parameter(Member spec) throws IOException {
    String value = names.define(spec.at("arg").at("name").text(), spec.path());
    String name = spec.at("parameter_name").text();
    // a frozen parameter is a number the model keeps: neither training nor attribution may touch it
    boolean frozen = weights.isFrozen(name);
    Map<String, Tensor> tensors = frozen ? bufferTensors : parameterTensors;
    var first = weights.tied(name);
    String own = first.isPresent() && tensors.containsKey(first.get()) ? first.get() : name;
    (frozen ? buffers : parameters).put(value, own);
    if (own.equals(name)) {
      put(tensors, name, weights, spec);
      requireReal(Objects.requireNonNull(tensors.get(name)).dtype(), "parameter '" + name + "'");
    } else {
      tied.put(name, own);
      requireSame(spec, name, Objects.requireNonNull(tensors.get(own)));
    }
  }

  /** Whether a parameter or buffer is called so. */
  boolean has(String name) {
    return parameterTensors.containsKey(name) || bufferTensors.containsKey(name) || tied.containsKey(name);
  }

  private void buffer(Member spec, String name) throws IOException {
    String value = names.define(spec.at("arg").at("name").text(), spec.path());
    buffers.put(value, name);
    put(bufferTensors, name, constants.has(name) && !weights.has(name) ? constants : weights, spec);
  }

  private void put(Map<String, Tensor> tensors, String name, Weights from, Member spec)
      throws IOException {
    if (tensors.containsKey(name)) {
      throw new CorruptModelException(spec.path() + " names '" + name + "' a second time");
    }
    tensors.put(name, from.tensor(name));
    requireSame(spec, name, Objects.requireNonNull(tensors.get(name)));
  }

  /** Type and sizes stand beside the numbers and in the graph. */
  private void requireSame(Member spec, String name, Tensor tensor) throws IOException {
    Member stated = graph.at("tensor_values").at(spec.at("arg").at("name").text());
    List<Extent> sizes = meta.sizes(stated);
    boolean same = Meta.dtype(stated.at("dtype")) == tensor.dtype() && sizes.size() == tensor.rank();
    for (int i = 0; same && i < sizes.size(); i++) {
      same = !(sizes.get(i) instanceof Extent.Fixed(long size)) || size == tensor.size(i);
    }
    if (!same) {
      throw new CorruptModelException(stated.path() + " is " + Meta.dtype(stated.at("dtype")) + " "
          + sizes.stream().map(Extent::text).toList() + ", but the numbers of '" + name + "' are " + tensor);
    }
  }

  /** The graph lists its inputs and outputs beside the signature, in the same order. */
  void requireSameEnds(Member inputs, Member outputs) throws IOException {
    requireSame(graph.at("inputs"), inputs);
    requireSame(graph.at("outputs"), outputs);
  }

  private static void requireSame(Member listed, Member specs) throws IOException {
    List<Member> values = listed.items();
    List<Member> wanted = specs.items();
    if (values.size() != wanted.size()) {
      throw new CorruptModelException(
          listed.path() + " has " + values.size() + " entries, but " + specs.path()
              + " has " + wanted.size());
    }
    for (int i = 0; i < values.size(); i++) {
      Member value = values.get(i);
      Member spec = wanted.get(i).tagged().getValue();
      String tag = value.tagged().getKey();
      Optional<Member> argument = spec.find("arg");
      boolean same = argument.isEmpty()
          || value.node().equals(argument.get().node())
          || (tag.equals("as_tensor") && value.at("as_tensor").node().equals(argument.get().node()));
      if (!same) {
        throw new CorruptModelException(value.path() + " is " + value.node() + ", but "
            + argument.get().path() + " is " + argument.get().node());
      }
    }
  }

  private void input(Member argument) throws IOException {
    var tag = argument.tagged();
    if (tag.getKey().equals("as_tensor")) {
      String name = names.define(tag.getValue().at("name").text(), argument.path());
      Member tensor = graph.at("tensor_values").at(name);
      inputs.add(new GraphInput(name, Meta.dtype(tensor.at("dtype")), meta.sizes(tensor)));
      requireReal(inputs.getLast().dtype(), "input '" + name + "'");
    } else if (tag.getKey().startsWith("as_sym")) {
      throw new UnsupportedModelException(argument.path()
          + ": a number as dynamic input is not supported; export it as a constant or as a tensor");
    }
  }

  private static void requireReal(DType dtype, String what) throws UnsupportedModelException {
    if (dtype.isComplex()) {
      throw new UnsupportedModelException(what + " is complex; keep its real and imaginary parts as one real"
          + " tensor with a last axis of 2, and call torch.view_as_complex in forward");
    }
  }

  private void constant(Member spec) throws IOException {
    var value = spec.at("value").tagged();
    var decoded = new ArgumentDecoder(names, _ -> new Argument.Literal(null)).decode(spec.at("value"));
    if (!value.getKey().startsWith("as_")) {
      throw spec.wrong("a constant");
    }
    names.stand(spec.at("name").text(), decoded, spec.path());
  }

  void readOutputs(Member specs, List<String> leaves) throws IOException {
    int leaf = 0;
    for (Member spec : specs.items()) {
      var tag = spec.tagged();
      Member value = tag.getValue();
      switch (tag.getKey()) {
        case "user_output" -> {
          output(value.at("arg"), leaf < leaves.size() ? leaves.get(leaf) : "output_" + leaf);
          leaf++;
        }
        case "buffer_mutation" -> mutation(value, "buffer_name");
        default -> throw new UnsupportedModelException(
            spec.path() + ": outputs of kind '" + tag.getKey()
                + "' are not supported; export the model's forward");
      }
    }
    if (outputs.isEmpty()) {
      throw new UnsupportedModelException("the model returns no tensor");
    }
  }

  private void mutation(Member spec, String field) throws IOException {
    if (names.resolve(spec.at("arg").at("name").text(),
        spec.path()) instanceof Argument.Reference reference) {
      mutations.put(spec.at(field).text(), reference.name());
    }
  }

  private void output(Member argument, String name) throws IOException {
    var tag = argument.tagged();
    if (!tag.getKey().equals("as_tensor")) {
      return;
    }
    Argument found = names.resolve(tag.getValue().at("name").text(), argument.path());
    if (found instanceof Argument.Reference reference && outputs.put(name, reference.name()) != null) {
      throw new CorruptModelException(argument.path() + " is a second output called '" + name + "'");
    }
  }

  void close() {
    parameterTensors.values().forEach(Tensor::close);
    bufferTensors.values().forEach(Tensor::close);
  }
}
