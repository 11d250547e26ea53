package dev.whence.graph.execution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.whence.graph.Graph;
import dev.whence.graph.GraphBuilder;
import dev.whence.graph.ModelState;
import dev.whence.graph.Node;
import dev.whence.torch.Autograd;
import dev.whence.torch.Scope;
import dev.whence.torch.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class TapsAndEditsTest {
  private Scope scope;
  private Tensor x;
  private Tensor w;

  @BeforeEach
  void open() {
    scope = Scope.open();
    x = Tensor.of(new float[]{1, -2, 3, -4}, 2, 2);
    w = Tensor.of(new float[]{1, 0, 0, 1}, 2, 2);
  }

  @AfterEach
  void close() {
    scope.close();
  }

  private static final class Seen implements Tap {
    final List<Tensor> arguments = new ArrayList<>();
    final List<Tensor> outputs = new ArrayList<>();

    @Override
    public void observe(Node node, List<@Nullable Object> given, List<@Nullable Object> made) {
      given.forEach(value -> {
        if (value instanceof Tensor tensor) {
          arguments.add(tensor);
        }
      });
      made.forEach(value -> outputs.add((Tensor) Objects.requireNonNull(value)));
    }
  }

  private Execution.Result run(Execution execution) {
    var state = new ModelState(Map.of("w", execution.graph().state().parameter("w").leaf()), Map.of());
    return execution.run(state, Map.of("x", x));
  }

  private GraphBuilder linear() {
    return new GraphBuilder().input("x", 2).parameter("w", w).call("h", "aten::linear", "x", "w");
  }

  @Test
  void aTapBeforeAnInPlaceActivationKeepsItsNumbersAndItsGradient() {
    Graph graph = linear().call("r", "aten::relu_", "h").call("y", "aten::pow.Tensor_Scalar", "r", 2)
        .returning("y");
    var seen = new Seen();
    Tensor y = run(Execution.of(graph).with(Map.of(0, seen))).output("y");
    Tensor h = seen.outputs.getFirst();
    assertThat(h.toFloats()).containsExactly(1, -2, 3, -4);
    // d Σ relu(h)² / dh = 2 relu(h): after the activation it would not be 0 for negative h
    assertThat(Autograd.gradient(List.of(y.sum()), List.of(h)).getFirst().toFloats()).containsExactly(2, 0, 6,
        0);
  }

  @Test
  void anotherViewSeesWhatIsWrittenInPlaceAndTheTapDoesNot() {
    Graph graph = linear().call("v", "aten::view", "h", List.of(-1L)).call("r", "aten::relu_", "h")
        .call("y", "aten::mul.Scalar", "v", 3).returning("y", "r");
    var seen = new Seen();
    Execution.Result result = run(Execution.of(graph).with(Map.of(0, seen)));
    assertThat(result.output("y").toFloats()).containsExactly(3, 0, 9, 0);
    assertThat(result.output("r").toFloats()).containsExactly(1, 0, 3, 0);
    Tensor h = seen.outputs.getFirst();
    assertThat(h.toFloats()).containsExactly(1, -2, 3, -4);
    assertThat(Autograd.gradient(List.of(result.output("y").sum()), List.of(h)).getFirst().toFloats())
        .containsExactly(3, 0, 3, 0);
    assertThat(run(Execution.of(graph)).output("y").toFloats()).containsExactly(3, 0, 9, 0);
  }

  @Test
  void aTapOnTheInPlaceCallSeesItsArgumentAsItWas() {
    for (boolean shared : new boolean[]{false, true}) {
      GraphBuilder builder = linear().call("v", "aten::view", "h", List.of(-1L)).call("r", "aten::relu_",
          "h");
      Graph graph = shared ? builder.returning("r", "v") : builder.returning("r");
      var seen = new Seen();
      run(Execution.of(graph).with(Map.of(2, seen)));
      assertThat(seen.arguments.getFirst().toFloats()).as("shared %s", shared).containsExactly(1, -2, 3, -4);
      assertThat(seen.outputs.getFirst().toFloats()).containsExactly(1, 0, 3, 0);
    }
  }

  @Test
  void aTapOnAViewThatIsOverwrittenLaterIsRefused() {
    Graph graph = linear().call("v", "aten::view", "h", List.of(-1L)).call("r", "aten::relu_", "h")
        .returning("v", "r");
    assertThatThrownBy(() -> Execution.of(graph).with(Map.of(1, (_, _, _) -> {
    }))).isInstanceOf(UnsupportedModeException.class).hasMessageContaining("'v' (aten::view)")
        .hasMessageContaining("tap the node it is a view of");
  }

  @Test
  void anEditTakesThePlaceOfAnOutputAndIsNeverWrittenInto() {
    for (boolean shared : new boolean[]{false, true}) {
      GraphBuilder builder = linear().call("v", "aten::view", "h", List.of(-1L)).call("r", "aten::relu_",
          "h");
      Graph graph = shared ? builder.returning("r", "v") : builder.returning("r");
      Tensor given = Tensor.of(new float[]{-7, 7, -8, 8}, 2, 2);
      Edit edit = (_, _, _) -> given;
      assertThat(run(Execution.of(graph).withEdits(Map.of(0, edit))).output("r").toFloats())
          .containsExactly(0, 7, 0, 8);
      assertThat(given.toFloats()).as("shared %s", shared).containsExactly(-7, 7, -8, 8);
    }
  }

  @Test
  void anEditedInPlaceCallIsWhatLaterCallsRead() {
    Graph graph = linear().call("r", "aten::relu_", "h").call("y", "aten::mul.Scalar", "r", 2).returning("y");
    Edit edit = (_, _, value) -> value.add(1);
    assertThat(run(Execution.of(graph).withEdits(Map.of(1, edit))).output("y").toFloats())
        .containsExactly(4, 2, 8, 2);
  }

  @Test
  void anEditOfAnotherShapeIsRefused() {
    Graph graph = linear().returning("h");
    Edit edit = (_, _, value) -> value.sum();
    assertThatThrownBy(() -> run(Execution.of(graph).withEdits(Map.of(0, edit))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("must keep FLOAT32[2, 2], got FLOAT32[]");
  }

  @Test
  void whatIsWrittenWhereNothingIsRecordedKeepsItsHistory() {
    // with torch.no_grad(): w.mul_(2); y = x @ w.T : the gradient with respect to w stays that of a product with w
    Graph graph = new GraphBuilder().input("x", 2).parameter("w", w)
        .call("", "whence::grad_mode", false).call("m", "aten::mul_.Scalar", "w", 2)
        .call("", "whence::grad_mode_leave")
        .call("y", "aten::linear", "x", "w").returning("y");
    Tensor leaf = w.leaf();
    Tensor y = Execution.of(graph).run(new ModelState(Map.of("w", leaf), Map.of()), Map.of("x", x))
        .output("y");
    assertThat(y.toFloats()).containsExactly(2, -4, 6, -8);
    assertThat(Autograd.gradient(List.of(y.sum()), List.of(leaf)).getFirst().toFloats())
        .containsExactly(4, -6, 4, -6);
    assertThat(w.toFloats()).containsExactly(1, 0, 0, 1);
  }

  @Test
  void inputsAreNeverWrittenInto() {
    w = Tensor.of(new float[]{1, 2, 3, 4}, 2, 2);
    Graph graph = new GraphBuilder().input("x", 2).parameter("w", w)
        .call("v", "aten::view", "x", List.of(-1L))
        .call("a", "aten::add_.Scalar", "x", 1).call("b", "aten::mul_.Tensor", "a", "w").returning("b", "v");
    Execution.Result result = run(Execution.of(graph));
    assertThat(result.output("v").toFloats()).containsExactly(2, -2, 12, -12);
    assertThat(x.toFloats()).containsExactly(1, -2, 3, -4);
  }

  @Test
  void aGraphIsPlannedOnceAModeWhateverIsTappedAndEdited() {
    Graph graph = linear().call("r", "aten::relu_", "h").returning("r");
    Execution plain = Execution.of(graph);
    Execution hooked = plain.with(Map.of(0, new Seen())).withEdits(Map.of(1, (_, _, value) -> value));
    assertThat(hooked.plan()).isSameAs(plain.plan()).isSameAs(Execution.of(graph).plan());
    Execution training = hooked.with(new Mode.Training(1, 2));
    assertThat(training.plan()).isNotSameAs(plain.plan())
        .isSameAs(Execution.of(graph).with(new Mode.Training(3, 4)).plan());
    assertThat(training.with(Mode.EVALUATION).plan()).isSameAs(plain.plan());
  }

  @Test
  void runsOfOnePlanDoNotSeeEachOthersTapsAndEdits() throws Exception {
    Graph graph = linear().call("r", "aten::relu_", "h").call("y", "aten::mul.Scalar", "r", 3)
        .returning("y");
    try (var threads = Executors.newFixedThreadPool(2)) {
      var edited = threads.submit(() -> sums(graph, true));
      var plain = threads.submit(() -> sums(graph, false));
      assertThat(edited.get()).containsOnly(12.0);
      assertThat(plain.get()).containsOnly(24.0);
    }
  }

  /** Sums of the output in 200 runs, each with a tap that keeps what it sees, and with h halved or not. */
  private List<Double> sums(Graph graph, boolean halved) {
    var sums = new ArrayList<Double>();
    for (int run = 0; run < 200; run++) {
      try (var _ = Scope.open()) {
        var seen = new Seen();
        Map<Integer, Edit> edits = halved ? Map.of(0, (_, _, value) -> value.multiply(0.5)) : Map.of();
        Tensor given = Tensor.of(new float[]{1, -2, 3, 4}, 2, 2);
        Tensor y = Execution.of(graph).with(Map.of(1, seen)).withEdits(edits)
            .run(graph.state(), Map.of("x", given)).output("y");
        assertThat(seen.arguments.getFirst().toFloats()[1]).isEqualTo(halved ? -1 : -2);
        sums.add(y.sum().item());
      }
    }
    return sums;
  }
}
