package dev.whence.graph;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whence.run.Registry;
import dev.whence.task.Logits;
import dev.whence.task.Loss;
import java.util.List;
import org.junit.jupiter.api.Test;

class EndingTest {
  private static Graph ending(String target, Object... arguments) {
    var builder = new GraphBuilder().input("x", 4).call("h", "aten::relu", "x");
    var all = new java.util.ArrayList<Object>(List.of("h"));
    all.addAll(List.of(arguments));
    return builder.call("p", target, all.toArray()).call("v", "aten::view", "p", List.of(-1L, 4L))
        .call("s", "aten::slice.Tensor", "v", 1, 0, 3).returning("s");
  }

  @Test
  void whatAGraphDoesLastIsFoundBehindViewsAndSlices() {
    assertThat(Ending.of(ending("aten::softmax.int", 1), "s")).contains("softmax");
    assertThat(Ending.of(ending("aten::sigmoid"), "s")).contains("sigmoid");
    assertThat(Ending.of(new GraphBuilder().input("x", 4).returning("x"), "x")).isEmpty();
  }

  @Test
  void probabilitiesAreNoLogitsButLogProbabilitiesServe() {
    Loss classes = Registry.of(Loss.class, "loss").get("cross-entropy");
    Loss binary = Registry.of(Loss.class, "loss").get("binary-cross-entropy");
    Loss squared = Registry.of(Loss.class, "loss").get("squared-error");
    assertThat(Logits.doubt(ending("aten::softmax.int", 1), "s", classes).orElseThrow())
        .contains("output 's' ends in a softmax");
    assertThat(Logits.doubt(ending("aten::log_softmax.int", 1), "s", classes)).isEmpty();
    assertThat(Logits.doubt(ending("aten::sigmoid"), "s", binary)).isPresent();
    assertThat(Logits.doubt(ending("aten::sigmoid"), "s", squared)).isEmpty();
    assertThat(Logits.doubt(ending("aten::relu"), "s", classes)).isEmpty();
  }
}
