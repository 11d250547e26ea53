package dev.whence.gradient;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whence.data.Batch;
import dev.whence.gradient.factor.Layout;
import dev.whence.graph.ModelState;
import dev.whence.torch.Scope;
import dev.whence.torch.TorchException;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class VerificationTest {
  /** Promises a fast gradient and fails at it. */
  private record Failing() implements Rule {
    @Override
    public Optional<String> refusal(Use use) {
      return Optional.empty();
    }

    @Override
    public Optional<String> refusal(Use use, Layout layout, int outputRank) {
      return Optional.empty();
    }

    @Override
    public Pending capture(Use use, Call call, Layout layout) {
      throw new TorchException("aten::bmm: expected scalar type Float but found BFloat16");
    }
  }

  @Test
  void aGradientThatCannotBeComputedFastIsTakenExampleByExampleAndTheOthersStayFast() throws IOException {
    try (var _ = Scope.open(); var golden = Golden.named("mlp")) {
      ModelState state = golden.graph.state();
      Batch two = golden.batch(0, 1);
      var model = new Model(golden.graph, golden::inputs, golden.loss);
      GradientPlan sound = GradientPlan.of(golden.graph, state, sized(golden, 2), sized(golden, 3));
      String broken = sound.fast().keySet().iterator().next();
      var uses = new LinkedHashMap<>(sound.fast());
      uses.computeIfPresent(broken, (_, all) -> all.stream()
          .map(use -> new PlannedUse(use.use(), new Failing(), use.source(), use.layout(), use.shape()))
          .toList());

      GradientPlan settled = Verification.verified(new GradientPlan(uses, Map.of()), model,
          new SlowPass(model), state, two);

      assertThat(settled.slow()).containsOnlyKeys(broken);
      assertThat(settled.slow().get(broken)).contains("cannot be computed", "node '", "found BFloat16");
      assertThat(settled.fast().keySet()).hasSize(sound.fast().size() - 1).doesNotContain(broken);
    }
  }

  private static Probe.Sized sized(Golden golden, int examples) {
    List<Long> rows = LongStream.range(0, examples).boxed().toList();
    return new Probe.Sized(examples,
        golden.inputs(golden.batch(rows.stream().mapToLong(Long::longValue).toArray())));
  }
}
