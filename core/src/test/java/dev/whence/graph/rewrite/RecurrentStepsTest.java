package dev.whence.graph.rewrite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.whence.gradient.Golden;
import dev.whence.gradient.GradientSupport;
import dev.whence.graph.Argument;
import dev.whence.graph.Extent;
import dev.whence.graph.Graph;
import dev.whence.graph.GraphDetails;
import dev.whence.graph.GraphInput;
import dev.whence.graph.Limits;
import dev.whence.graph.ModelState;
import dev.whence.graph.Node;
import dev.whence.graph.execution.Execution;
import dev.whence.torch.DType;
import dev.whence.torch.Generator;
import dev.whence.torch.Scope;
import dev.whence.torch.Tensor;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Layers written out against libtorch's, in double precision. */
class RecurrentStepsTest {
  // sums of some tens of terms in another order
  private static final double ROUNDING = 1e-12;
  private static final int INPUT = 3;
  private static final long STATE = 4;
  private static final int STEPS = 5;

  /** x [·, ·, 3] or, for a single step, [b, 3]; h [cells, b, 4] or [b, 4]; c likewise; all given by the caller. */
  private static Graph graph(String operator, int gates, int layers, boolean both, boolean batchFirst,
      boolean biases, boolean projected, Generator g) {
    long shown = projected ? 2 : STATE;
    boolean single = operator.endsWith("_cell");
    int states = operator.contains("lstm") ? 2 : 1;
    var examples = new Extent.Symbolic("s0", 1, 64);
    var inputs = new ArrayList<GraphInput>();
    List<Extent> x = single
        ? List.of(examples, new Extent.Fixed(INPUT))
        : batchFirst
            ? List.of(examples, new Extent.Fixed(STEPS), new Extent.Fixed(INPUT))
            : List.of(new Extent.Fixed(STEPS), examples, new Extent.Fixed(INPUT));
    inputs.add(new GraphInput("x", DType.FLOAT64, x));
    int cells = layers * (both ? 2 : 1);
    List<Argument> hx = new ArrayList<>();
    for (String name : List.of("h", "c").subList(0, states)) {
      inputs.add(new GraphInput(name, DType.FLOAT64, single
          ? List.of(examples, new Extent.Fixed(STATE))
          : List.of(new Extent.Fixed(cells), examples, new Extent.Fixed(name.equals("h") ? shown : STATE))));
      hx.add(new Argument.Reference(name));
    }
    var parameters = new LinkedHashMap<String, Tensor>();
    for (int cell = 0; cell < cells; cell++) {
      long width = cell < (both ? 2 : 1) ? INPUT : shown * (both ? 2 : 1);
      parameters.put("w_ih" + cell, Tensor.randomNormal(g, DType.FLOAT64, gates * STATE, width));
      parameters.put("w_hh" + cell, Tensor.randomNormal(g, DType.FLOAT64, gates * STATE, shown));
      if (biases) {
        parameters.put("b_ih" + cell, Tensor.randomNormal(g, DType.FLOAT64, gates * STATE));
        parameters.put("b_hh" + cell, Tensor.randomNormal(g, DType.FLOAT64, gates * STATE));
      }
      if (projected) {
        parameters.put("w_hr" + cell, Tensor.randomNormal(g, DType.FLOAT64, shown, STATE));
      }
    }
    var arguments = new LinkedHashMap<String, Argument>();
    arguments.put("input", new Argument.Reference("x"));
    arguments.put("hx", states == 2 ? new Argument.Sequence(hx) : hx.getFirst());
    List<Argument> weights = parameters.keySet().stream().<Argument>map(Argument.Reference::new).toList();
    if (single) {
      for (int i = 0; i < weights.size(); i++) {
        arguments.put(List.of("w_ih", "w_hh", "b_ih", "b_hh").get(i), weights.get(i));
      }
    } else {
      arguments.put("params", new Argument.Sequence(weights));
      arguments.put("has_biases", new Argument.Literal(biases));
      arguments.put("num_layers", new Argument.Literal((long) layers));
      arguments.put("dropout", new Argument.Literal(0.0));
      arguments.put("train", new Argument.Literal(false));
      arguments.put("bidirectional", new Argument.Literal(both));
      arguments.put("batch_first", new Argument.Literal(batchFirst));
    }
    int results = single ? states : states + 1;
    List<String> outputs = IntStream.range(0, results).mapToObj(i -> "out" + i).toList();
    var named = new LinkedHashMap<String, String>();
    outputs.forEach(name -> named.put(name, name));
    var same = new LinkedHashMap<String, String>();
    parameters.keySet().forEach(name -> same.put(name, name));
    return new Graph(inputs, named, List.of(new Node(0, "layer", operator, "rnn", arguments, outputs)), same,
        Map.of(),
        new ModelState(parameters, Map.of()),
        new GraphDetails(Map.of("x", x), Map.of(), Map.of(), null, null, new Limits()));
  }

  private static Map<String, Tensor> inputs(Graph graph, Generator g) {
    var inputs = new LinkedHashMap<String, Tensor>();
    graph.inputs().forEach(input -> inputs.put(input.name(), Tensor.randomNormal(g, DType.FLOAT64,
        input.shape().stream().mapToLong(extent -> extent instanceof Extent.Fixed(long size) ? size : 6)
            .toArray())));
    return inputs;
  }

  @ParameterizedTest(name = "{0}: {2} layers, both directions {3}, batch first {4}, biases {5}, projected {6}")
  @CsvSource({"aten::lstm.input,4,1,false,true,true,false", "aten::lstm.input,4,2,true,false,true,false",
      "aten::lstm.input,4,2,false,true,false,false", "aten::lstm.input,4,2,true,true,true,true",
      "aten::lstm.input,4,1,false,false,false,true", "aten::gru.input,3,2,true,true,true,false",
      "aten::gru.input,3,1,false,false,false,false", "aten::rnn_tanh.input,1,2,true,true,true,false",
      "aten::rnn_relu.input,1,1,true,false,false,false", "aten::lstm_cell,4,1,false,false,true,false",
      "aten::gru_cell,3,1,false,false,true,false", "aten::rnn_tanh_cell,1,1,false,false,false,false",
      "aten::rnn_relu_cell,1,1,false,false,true,false"})
  void allOutputsAreThoseOfTheLayer(String operator, int gates, int layers, boolean both, boolean batchFirst,
      boolean biases, boolean projected) {
    try (var _ = Scope.open(); var g = new Generator(1)) {
      Graph graph = graph(operator, gates, layers, both, batchFirst, biases, projected, g);
      Graph written = RecurrentSteps.writtenOut(graph);
      assertThat(written.nodes()).noneMatch(node -> node.target().equals(operator));
      Map<String, Tensor> inputs = inputs(graph, g);
      var expected = Execution.of(graph).run(graph.state(), inputs).outputs();
      var actual = Execution.of(written).run(graph.state(), inputs);
      expected.forEach((name, output) -> assertThat(actual.output(name).toDoubles()).as(name)
          .containsExactly(output.toDoubles(), within(ROUNDING)));
    }
  }

  @Test
  void aLayerWhoseStepsTheCallerDecidesStays() {
    try (var _ = Scope.open(); var g = new Generator(1)) {
      Graph known = graph("aten::gru.input", 3, 1, false, true, true, false, g);
      var free = new Graph(known.inputs(), Map.of("out0", "out0"), known.nodes(), known.parameters(),
          Map.of(),
          known.state());
      assertThat(RecurrentSteps.writtenOut(free)).isSameAs(free);
    }
  }

  @ParameterizedTest
  @CsvSource({"lstm", "gru-time-major"})
  void recurrentWeightsOfExportedModelsAreFast(String name) throws IOException {
    try (var _ = Scope.open(); var golden = Golden.named(name)) {
      assertThat(golden.exampleGradients().support())
          .allMatch(GradientSupport::fast);
      assertThat(GradientSupport.of(golden.graph)).allMatch(GradientSupport::fast);
    }
  }
}
